"""Go-live imports: the federation's own spreadsheets, matched to the portal's columns, all or nothing, undoable."""
