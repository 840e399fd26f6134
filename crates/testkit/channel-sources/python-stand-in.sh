#!/bin/sh
# Not Python: hands over to the machine's own, with this environment's packages in sight.
for folder in /usr/local/bin /usr/bin /bin /opt/homebrew/bin; do
    if [ -x "$folder/python3" ]; then
        PYTHONPATH="@PREFIX@/lib/python3.12/site-packages${PYTHONPATH:+:$PYTHONPATH}" exec "$folder/python3" "$@"
    fi
done
echo "python: this stand-in needs a python3 on the machine" >&2
exit 127
