"""What a report returned, as texts, as a CSV file and as a spreadsheet. Each module is loaded on use."""
