package formats

// WriteWorkbookOf writes a workbook whose worksheets have so many rows at most.
var WriteWorkbookOf = writeWorkbook
