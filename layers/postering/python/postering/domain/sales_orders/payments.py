"""The payments of a transaction: one per payment row, with its method, operation and status."""

from postering.domain.money import Money
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction
from postering.domain.sales_orders.documents import Payment, PaymentStatus
from postering.domain.setup.setup import Setup
from postering.domain.setup.tables import TenderRules, tender_rules


def build_payments(transaction: RetailTransaction, setup: Setup) -> tuple[Payment, ...]:
    """One payment per row, also of rows that do not count; the three amounts as the channel gave them."""
    return tuple(_payment(transaction, row, setup) for row in transaction.payments)


def _payment(transaction: RetailTransaction, row: PaymentTrans, setup: Setup) -> Payment:
    method = setup.payment_method(transaction.key.company, row.tender_type, row.card_type)
    operation = str(method.operation) if method is not None else ""
    linked = row.is_linked_refund == 1 or bool(row.linked_transaction_id)
    return Payment(
        line=row.line,
        method=method.name if method is not None else "",
        operation=operation,
        account=method.account if method is not None else "",
        amount=Money(row.tendered, transaction.header.currency),
        status=_status(row, tender_rules(operation)),
        tender_type=row.tender_type,
        card_type=row.card_type,
        payment_currency=row.currency or transaction.header.currency,
        payment_amount=row.payment_amount,
        exchange_rate=row.exchange_rate,
        company_amount=row.company_amount,
        company_exchange_rate=row.company_exchange_rate,
        reference=row.gift_card or row.loyalty_card or row.credit_voucher or row.card_or_account,
        authorization=row.authentication_code,
        refunds_transaction=row.linked_transaction_id if linked else "",
        refunds_line=row.linked_line if row.linked_transaction_id or (linked and row.linked_line) else None,
        authorized_amount=row.authorized_amount,
        prepayment=row.is_prepayment == 1,
        card_or_account=row.card_or_account,
        gift_card=row.gift_card,
        loyalty_card=row.loyalty_card,
        credit_voucher=row.credit_voucher,
        card_account=row.card_account,
        card_token=row.card_token,
        authorization_token=row.authorization_token,
        capture_token=row.capture_token,
        floor_limit_used=row.floor_limit_used == 1,
        refunds_store=row.linked_store if linked else "",
        refunds_terminal=row.linked_terminal if linked else "",
        refunds_currency=row.linked_currency if linked else "",
        refundable=row.refundable,
        dimension=row.dimension,
    )


def _status(row: PaymentTrans, tender: TenderRules) -> PaymentStatus:
    for applies, status in (
        (row.voided, PaymentStatus.VOIDED),
        (row.declined, PaymentStatus.DECLINED),
        (row.capture_failed == 1, PaymentStatus.CAPTURE_FAILED),
        (row.change == 1, PaymentStatus.CHANGE),
        (not tender.entry, PaymentStatus.ON_ACCOUNT),
        (row.tendered < 0, PaymentStatus.REFUNDED),
        (tender.capture and row.captured != 1, PaymentStatus.AUTHORIZED),
    ):
        if applies:
            return status
    return PaymentStatus.CAPTURED
