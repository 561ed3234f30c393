"""The first start: which server, who, and the download."""
