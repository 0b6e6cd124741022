"""Payments, taxes, discounts and charges of a transaction: the columns that order building uses."""

from dataclasses import dataclass
from decimal import Decimal

from postering.domain.money import plain
from postering.domain.retail_transactions.columns import amount_of, maybe_of, number_of, text_of
from postering.domain.retail_transactions.entities import DISCOUNT, MARKUP, PAYMENT, TAX, TAX_GTE
from postering.domain.retail_transactions.rows import row_name


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTrans:
    """RetailTransactionPaymentTrans: one per tender line, positive for a payment, negative for change or refund."""

    line: Decimal = amount_of("lineNum")
    status: int = number_of("transactionStatus")
    void_status: int = number_of("VoidStatus")
    processor_status: int = number_of("CreditCardProcessorStatus")
    capture_failed: int = number_of("IsCaptureFailed")
    captured: int = number_of("IsPaymentCaptured")
    change: int = number_of("changeLine")
    tender_type: str = text_of("tenderType")
    card_type: str = text_of("cardTypeId")
    card_or_account: str = text_of("cardOrAccount")
    tendered: Decimal = amount_of("amountTendered")
    payment_amount: Decimal | None = maybe_of("amountCur")
    company_amount: Decimal | None = maybe_of("amountMST")
    authorized_amount: Decimal = amount_of("AuthorizedAmount")
    currency: str = text_of("currency")
    exchange_rate: Decimal = amount_of("exchRate")
    company_exchange_rate: Decimal = amount_of("exchRateMST")
    gift_card: str = text_of("giftCardId")
    loyalty_card: str = text_of("loyaltyCardId")
    credit_voucher: str = text_of("creditVoucherId")
    authentication_code: str = text_of("authenticationCode")
    card_token: str = text_of("paymentCardToken")
    is_prepayment: int = number_of("isPrepayment")
    is_linked_refund: int = number_of("IsLinkedRefund")
    linked_transaction_id: str = text_of("LinkedPaymentTransactionId")
    linked_store: str = text_of("LinkedPaymentStore")
    linked_terminal: str = text_of("LinkedPaymentTerminalId")
    linked_line: Decimal = amount_of("LinkedPaymentLineNumber")
    linked_currency: str = text_of("LinkedPaymentCurrency")
    refundable: Decimal | None = maybe_of("RefundableAmount")
    authorization_token: str = text_of("paymentAuthorization")
    capture_token: str = text_of("PaymentCaptureToken")
    card_account: str = text_of("CardPaymentAccountId")
    floor_limit_used: int = number_of("IsCustomerAccountFloorLimitUsed")
    dimension: int = number_of("DefaultDimension")

    @property
    def voided(self) -> bool:
        """Whether the row or its tender is voided."""
        return self.status == 1 or self.void_status != 0

    @property
    def declined(self) -> bool:
        """Whether the payment processor declined it or answered with an error."""
        return self.processor_status in {2, 3}

    @property
    def counts(self) -> bool:
        """Whether the row pays: not voided, not declined, capture not failed."""
        return not (self.voided or self.declined or self.capture_failed == 1)

    @property
    def name(self) -> str:
        """The name of the row in problems."""
        return row_name(PAYMENT, (plain(self.line),))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTrans:
    """RetailTransactionTaxTrans: tax of one code on one line, positive for a sale."""

    sales_line: Decimal = amount_of("SaleLineNum")
    code: str = text_of("TaxCode")
    amount: Decimal = amount_of("Amount")
    base: Decimal = amount_of("TaxBaseAmount")
    percentage: Decimal = amount_of("TaxPercentage")
    included_in_price: int = number_of("IsIncludedInPrice")
    exempt: int = number_of("IsExempt")

    @property
    def name(self) -> str:
        """The name of the row in problems."""
        return row_name(TAX, (plain(self.sales_line), self.code))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTransGTE:
    """RetailTransactionTaxTransGTE: one component (CGST, SGST …) of the generic tax engine on one line."""

    sales_line: Decimal = amount_of("SaleLineNum")
    component: str = text_of("TaxComponent")
    amount: Decimal = amount_of("TaxAmount")
    base: Decimal = amount_of("TaxBasis")
    percentage: Decimal = amount_of("TaxPercentage")
    included_in_price: int = number_of("IsIncludedInPrice")

    @property
    def name(self) -> str:
        """The name of the row in problems."""
        return row_name(TAX_GTE, (plain(self.sales_line), self.component))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxMeasure:
    """RetailTransactionTaxMeasure: one number of the tax document of a line."""

    sales_line: Decimal = amount_of("SaleLineNum")
    path: str = text_of("Path")
    value: Decimal = amount_of("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountTrans:
    """RetailTransactionDiscountTrans: one discount on one line; `amount` is its whole effect, positive for a sale."""

    sales_line: Decimal = amount_of("SaleLineNum")
    line: Decimal = amount_of("LineNum")
    amount: Decimal = amount_of("Amount")
    amount_per_unit: Decimal = amount_of("DiscountAmount")
    percentage: Decimal = amount_of("Percentage")
    origin: int = number_of("DiscountOriginType")
    manual_type: int = number_of("ManualDiscountType")
    customer_type: int = number_of("CustomerDiscountType")
    offer: str = text_of("PeriodicDiscountOfferId")
    coupon: str = text_of("DiscountCode")
    deal_price: Decimal = amount_of("DealPrice")
    bundle: int = number_of("BundleId")

    @property
    def name(self) -> str:
        """The name of the row in problems."""
        return row_name(DISCOUNT, (plain(self.sales_line), plain(self.line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkupTrans:
    """RetailTransactionMarkupTrans: a charge on the header (line 0) or on a line, positive for a sale."""

    sales_line: Decimal = amount_of("saleLineNum")
    line: Decimal = amount_of("markupLineNum")
    code: str = text_of("MarkupCode")
    currency: str = text_of("CurrencyCode")
    method: int = number_of("Method")
    value: Decimal = amount_of("Value")
    amount: Decimal = amount_of("CalculatedAmount")
    tax: Decimal = amount_of("TaxAmount")
    tax_on_top: Decimal = amount_of("TaxAmountExclusive")
    tax_inside: Decimal = amount_of("TaxAmountInclusive")
    tax_group: str = text_of("TaxGroup")
    item_tax_group: str = text_of("TaxItemGroup")
    description: str = text_of("Description")
    exempt_original_price: Decimal = amount_of("TaxExemptPriceInclusiveOriginalPrice")
    exempt_reduction: Decimal = amount_of("TaxExemptPriceInclusiveReductionAmount")
    overridden: int = number_of("IsOverriddenLine")
    keep: int = number_of("Keep")
    rule: int = number_of("MarkupAutoTableRecId")
    rule_line: int = number_of("MarkupAutoLineRecId")
    hsn_code: str = text_of("HSNCode_IN")
    service_accounting_code: str = text_of("ServiceAccountingCode_IN")
    gst_exempt: int = number_of("Exempt_IN")
    outside_gst: int = number_of("NonGST_IN")
    tax_rate_type: str = text_of("TaxRateType")
    input_credit_category: int = number_of("ITCCategory_IN")
    service_category: int = number_of("ServiceCategory_IN")

    @property
    def name(self) -> str:
        """The name of the row in problems."""
        return row_name(MARKUP, (plain(self.sales_line), plain(self.line)))
