module sunscope

go 1.26
