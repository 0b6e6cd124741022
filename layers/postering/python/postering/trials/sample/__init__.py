"""The bundled sample: one real day of a British online shop, its way into the channel's entities, a setup.

The shop's invoices come in as published (`invoices`), are read as transactions of four online stores
(`transactions`, `countries`, `vat`), get what the data does not have by fixed rules (`links`, `payments`),
and leave as rows of the eleven `RetailTransaction*` entities (`rows`, joined in `online_retail`). `files`
opens what is bundled. Origin, licence and every rule: `docs/sample.md` and `ATTRIBUTION.md`.
"""
