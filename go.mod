module labourmatch

go 1.26
