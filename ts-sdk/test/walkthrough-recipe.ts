/** The walkthrough's recipe. */
export const RECIPE = `\
package:
  name: debug-demo
  version: "1.0.0"
build:
  number: 0
  noarch: generic
  script:
    content: |
      echo "Hello from the build script!"
      mkdir -p $PREFIX/bin
      echo "hello from debug-demo" > $PREFIX/bin/hello
requirements:
  run:
    - python
`;
