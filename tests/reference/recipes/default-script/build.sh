echo "from the file ${{ not_a_template }}"
mkdir -p $PREFIX/share
