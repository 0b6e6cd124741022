"""The header and the item lines of a transaction: the columns that order building uses."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from postering.domain.money import negated, plain
from postering.domain.retail_transactions.columns import amount_of, given_date, maybe_of, number_of, text_of
from postering.domain.retail_transactions.entities import SALES
from postering.domain.retail_transactions.rows import row_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """RetailTransactionTable: one per transaction."""

    type: int = number_of("type")
    entry_status: int = number_of("entryStatus")
    channel_reference_id: str = text_of("ChannelReferenceId")
    sales_order_id: str = text_of("salesOrderId")
    currency: str = text_of("currency")
    customer: str = text_of("custAccount")
    async_customer: str = text_of("CustAccountAsync")
    business_date_given: date | None = maybe_of("businessDate")
    transaction_date: date | None = maybe_of("transDate")
    gross: Decimal = amount_of("grossAmount")
    net: Decimal = amount_of("netAmount")
    discount: Decimal = amount_of("discAmount")
    paid: Decimal = amount_of("paymentAmount")
    number_of_items: Decimal | None = maybe_of("numberOfItems")
    number_of_item_lines: Decimal | None = maybe_of("numberOfItemLines")
    number_of_payment_lines: int | None = maybe_of("numberOfPaymentLines")
    exchange_rate: Decimal = amount_of("exchRate")
    delivery_mode: str = text_of("DlvMode")
    warehouse: str = text_of("InventLocationId")
    site: str = text_of("InventSiteId")
    postal_address: int = number_of("LogisticsPostalAddress")
    requested_receipt_date: date | None = maybe_of("ReceiptDateRequested")
    requested_ship_date: date | None = maybe_of("ShippingDateRequested")
    prices_include_tax: int | None = maybe_of("IsTaxIncludedInPrice")
    tax_calculation_type: int = number_of("TaxCalculationType")
    is_return: int = number_of("saleIsReturnSale")
    loyalty_card: str = text_of("loyaltyCardId")
    comment: str = text_of("comment")
    customer_purchase_order: str = text_of("CustPurchaseOrder")
    receipt_email: str = text_of("receiptEmail")
    fiscal_document_id: str = text_of("FiscalDocumentId")
    total_discount: Decimal = amount_of("totalDiscAmount")
    manual_discount_amount: Decimal = amount_of("TotalManualDiscountAmount")
    manual_discount_percent: Decimal = amount_of("TotalManualDiscountPercentage")
    receipt_id: str = text_of("receiptId")
    refund_receipt_id: str = text_of("refundReceiptId")
    transaction_time: int | None = maybe_of("transTime")
    begun_at: datetime | None = maybe_of("BeginDateTime")
    contact: str = text_of("sellToContactId")
    staff: str = text_of("staff")
    sales_group: str = text_of("SalesGroup")
    source: str = text_of("SourceId")
    description: str = text_of("Description")
    invoice_comment: str = text_of("InvoiceComment")
    tax_exempted: int = number_of("IsTaxExemptedForPriceInclusive")
    dimension: int = number_of("DefaultDimension")

    @property
    def order_total(self) -> Decimal:
        """The amount to be paid in the order's sign, positive for a sale: −grossAmount."""
        return negated(self.gross)

    @property
    def business_date(self) -> date | None:
        """The business date as given; the transaction date if it is empty or 1900-01-01. Never UTC."""
        return given_date(self.business_date_given) or given_date(self.transaction_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesTrans:
    """RetailTransactionSalesTrans: one per item line. A sale's quantity and amounts are negative."""

    line: Decimal = amount_of("lineNum")
    status: int = number_of("transactionStatus")
    item: str = text_of("itemId")
    variant: str = text_of("variantId")
    barcode: str = text_of("barcode")
    comment: str = text_of("comment")
    currency: str = text_of("currency")
    quantity: Decimal = amount_of("qty")
    unit: str = text_of("unit")
    unit_quantity: Decimal = amount_of("unitQty")
    price: Decimal = amount_of("price")
    unit_price: Decimal = amount_of("unitPrice")
    original_price: Decimal = amount_of("originalPrice")
    price_overridden: int = number_of("priceChange")
    net: Decimal = amount_of("netAmount")
    gross: Decimal = amount_of("netAmountInclTax")
    tax: Decimal = amount_of("taxAmount")
    discount: Decimal = amount_of("discAmount")
    line_discount: Decimal = amount_of("lineDscAmount")
    periodic_discount: Decimal = amount_of("periodicDiscAmount")
    total_discount: Decimal = amount_of("totalDiscAmount")
    tender_discount: Decimal = amount_of("TenderDiscountAmount")
    tax_group: str = text_of("taxGroup")
    item_tax_group: str = text_of("TaxItemGroup")
    tax_override: str = text_of("TaxOverrideCode")
    exempt_by_override: int = number_of("IsTaxExemptByTaxOverride")
    exempt_original_price: Decimal = amount_of("TaxExemptPriceInclusiveOriginalPrice")
    exempt_reduction: Decimal = amount_of("TaxExemptPriceInclusiveReductionAmount")
    customer: str = text_of("custAccount")
    async_customer: str = text_of("CustAccountAsync")
    delivery_mode: str = text_of("DlvMode")
    warehouse: str = text_of("InventLocationId")
    site: str = text_of("InventSiteId")
    fulfilment_store: str = text_of("FulfillmentStoreId")
    postal_address: int = number_of("LogisticsPostalAddress")
    requested_receipt_date: date | None = maybe_of("ReceiptDateRequested")
    requested_ship_date: date | None = maybe_of("ShippingDateRequested")
    electronic_delivery_email: str = text_of("ElectronicDeliveryEmail")
    serial_number: str = text_of("InventSerialId")
    batch_number: str = text_of("InventBatchId")
    is_gift_card: int = number_of("giftcard")
    gift_card_number: str = text_of("GiftCardNumber")
    gift_card_operation: int = number_of("GiftCardOperation")
    listing: str = text_of("ListingId")
    catalog: int = number_of("Catalog")
    return_transaction_id: str = text_of("returnTransactionId")
    return_line: Decimal = amount_of("returnLineNum")
    return_store: str = text_of("returnStore")
    return_terminal: str = text_of("returnTerminalId")
    returned_invoice_line: int = number_of("CustInvoiceTransRecId")
    scale_item: int = number_of("scaleItem")
    corrected: int = number_of("itemCorrectedLine")
    linked_item: int = number_of("linkedItemNotOriginal")
    brings_linked_items: int = number_of("originalOfLinkedItemList")
    parent_lot: str = text_of("ParentInventTransId")
    category: int = number_of("CategoryId")
    line_discount_percent: Decimal = amount_of("LinePercentageDiscount")
    manual_discount: Decimal = amount_of("LineManualDiscountAmount")
    manual_discount_percent: Decimal = amount_of("LineManualDiscountPercentage")
    periodic_discount_percent: Decimal = amount_of("PeriodicPercentageDiscount")
    total_discount_percent: Decimal = amount_of("totalDiscPct")
    tender_discount_percent: Decimal = amount_of("TenderDiscountPercentage")
    loyalty_discount: Decimal = amount_of("LoyaltyDiscAmount_RU")
    loyalty_discount_percent: Decimal = amount_of("LoyaltyDiscPct_RU")
    original_tax_group: str = text_of("OriginalTaxGroup")
    original_item_tax_group: str = text_of("OriginalTaxItemGroup")
    hsn_code: str = text_of("HSNCode_IN")
    service_accounting_code: str = text_of("ServiceAccountingCode_IN")
    gst_exempt: int = number_of("Exempt_IN")
    outside_gst: int = number_of("NonGST_IN")
    tax_rate_type: str = text_of("TaxRateType")
    tax_rate: Decimal = amount_of("TaxRatePercent")
    gift_card_type: int = number_of("GiftCardType")
    electronic_delivery_content: str = text_of("ElectronicDeliveryEmailContent")
    warehouse_location: str = text_of("WarehouseLocation")
    license_plate: str = text_of("LicensePlate")
    inventory_status: str = text_of("InventStatus")
    staff: str = text_of("staffId")
    sales_group: str = text_of("SalesGroup")
    source: str = text_of("SourceId")
    dimension: int = number_of("DefaultDimension")

    @property
    def voided(self) -> bool:
        """Whether the line is voided (RetailEntryStatus 1): it stays in the table and is not counted."""
        return self.status == 1

    @property
    def name(self) -> str:
        """The name of the row in problems."""
        return row_name(SALES, (plain(self.line),))
