ls
test -f extra/extra.txt
