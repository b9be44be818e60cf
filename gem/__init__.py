"""The core of the GeM pipeline that every runtime imports: contracts, ledger, warehouse and settings."""
