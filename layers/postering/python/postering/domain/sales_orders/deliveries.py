"""The delivery of an order and of each line, and the addresses frozen on it; a line falls back on the header."""

from datetime import date

from postering.domain.money import ZERO
from postering.domain.retail_transactions.transactions import AddressTrans, RetailTransaction, SalesTrans, given_date
from postering.domain.sales_orders.document_parts import Address, Delivery
from postering.domain.setup.setup import DeliveryKind, Setup

_NOT_SENT = frozenset({DeliveryKind.PICKUP, DeliveryKind.ELECTRONIC, DeliveryKind.CARRY_OUT})


def address_of(address: AddressTrans) -> Address:
    """The address as the channel gave it."""
    return Address(
        line=address.sales_line,
        name=address.delivery_name or address.sales_name,
        attention=address.attention,
        street=address.street,
        city=address.city,
        county=address.county,
        state=address.state,
        zip_code=address.zip_code,
        country=address.country,
        email=address.email,
        phone=address.phone,
        street_number=address.street_number,
        district=address.district,
        sales_name=address.sales_name,
        email_content=address.email_content,
    )


def header_delivery(transaction: RetailTransaction, setup: Setup) -> Delivery:
    """The delivery that the header names."""
    header = transaction.header
    return Delivery(
        mode=header.delivery_mode,
        kind=_kind_of_mode(setup, transaction.key.company, header.delivery_mode),
        ship_date=given_date(header.requested_ship_date),
        receipt_date=given_date(header.requested_receipt_date),
        warehouse=header.warehouse,
        site=header.site,
        address_line=ZERO if ZERO in transaction.address_lines else None,
        stored_address=header.postal_address,
        email=header.receipt_email,
    )


def line_delivery(transaction: RetailTransaction, line: SalesTrans, setup: Setup) -> Delivery:
    """The line's own delivery; values that it leaves out come from the header (an address is taken whole).

    A line that is picked up, carried out or delivered by e-mail does not take the address of a header that is shipped.
    """
    header = transaction.header
    mode = line.delivery_mode or header.delivery_mode
    kind = _kind_of_mode(setup, transaction.key.company, mode)
    falls_back = mode == header.delivery_mode or kind not in _NOT_SENT
    own_address = line.line in transaction.address_lines
    own_stored = not own_address and line.postal_address != 0
    header_address = falls_back and ZERO in transaction.address_lines and not own_stored
    header_stored = header.postal_address if falls_back and not (own_address or header_address) else 0
    return Delivery(
        mode=mode,
        kind=kind,
        ship_date=_first_given(line.requested_ship_date, header.requested_ship_date),
        receipt_date=_first_given(line.requested_receipt_date, header.requested_receipt_date),
        warehouse=line.warehouse or header.warehouse,
        site=line.site or header.site,
        fulfilment_store=line.fulfilment_store,
        address_line=line.line if own_address else ZERO if header_address else None,
        stored_address=line.postal_address or header_stored,
        email=line.electronic_delivery_email,
        email_content=line.electronic_delivery_content,
        warehouse_location=line.warehouse_location,
        license_plate=line.license_plate,
        inventory_status=line.inventory_status,
    )


def _first_given(of_line: date | None, of_header: date | None) -> date | None:
    return given_date(of_line) or given_date(of_header)


def _kind_of_mode(setup: Setup, company: str, mode: str) -> str:
    found = setup.mode_of_delivery(company, mode) if mode else None
    return str(found.kind) if found is not None else ""
