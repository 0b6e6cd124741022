"""Addresses, infocodes and attributes of a transaction: the columns that order building uses."""

from dataclasses import dataclass
from decimal import Decimal

from postering.domain.retail_transactions.columns import amount_of, number_of, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTrans:
    """RetailTransactionAddressTrans: a one-time address of the header (line 0) or of a line."""

    sales_line: Decimal = amount_of("SaleLineNum")
    delivery_name: str = text_of("DeliveryName")
    attention: str = text_of("AttentionToAddressLine")
    street: str = text_of("Street")
    street_number: str = text_of("StreetNumber")
    district: str = text_of("DistrictName")
    city: str = text_of("City")
    county: str = text_of("County")
    state: str = text_of("State")
    zip_code: str = text_of("ZipCode")
    country: str = text_of("CountryRegionId")
    email: str = text_of("Email")
    email_content: str = text_of("EmailContent")
    phone: str = text_of("Phone")
    sales_name: str = text_of("SalesName")


@dataclass(frozen=True, slots=True, kw_only=True)
class InfocodeTrans:
    """RetailTransactionInfocodeTrans: an answer given on the header (parent −1), a line or a payment."""

    attached_to: int = number_of("type")
    parent_line: Decimal = amount_of("parentLineNum")
    line: Decimal = amount_of("lineNum")
    infocode: str = text_of("infocodeId")
    subcode: str = text_of("subInfocodeId")
    information: str = text_of("information")
    amount: Decimal = amount_of("amount")
    status: int = number_of("transactionStatus")
    input_type: int = number_of("inputType")
    entered_amount: Decimal = amount_of("infoAmount")
    item_or_tender: str = text_of("itemTender")
    source_1: str = text_of("sourceCode")
    source_2: str = text_of("sourceCode2")
    source_3: str = text_of("sourceCode3")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeTrans:
    """RetailTransactionAttributeTrans: a named text on the header (line 0) or on a line."""

    sales_line: Decimal = amount_of("HeaderOrLineNum")
    attribute: str = text_of("Name")
    value: str = text_of("TextValue")
