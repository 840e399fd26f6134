/** Recipes to begin with. */

import type { Task } from "./core/messages.js";

/** An entry of the list of examples: a recipe with its variants. */
export interface Example extends Omit<Task, "platform"> {
  name: string;
}

const SHA = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const python: Example = {
  name: "Python module, three versions",
  recipe: `\
context:
  name: quicksort
  version: "1.4.2"

package:
  name: \${{ name }}
  version: \${{ version }}

source:
  url: https://example.org/\${{ name }}-\${{ version }}.tar.gz
  sha256: ${SHA}

build:
  number: 0
  script: pip install . --no-deps -vv

requirements:
  build:
    - \${{ compiler('c') }}
    - if: unix
      then: make
      else: ninja
  host:
    - python
    - pip
    - numpy
  run:
    - python
    - \${{ pin_compatible('numpy', lower_bound='x.x', upper_bound='x') }}

tests:
  - python:
      imports:
        - quicksort

about:
  summary: Sorts arrays in C, from Python
  license: BSD-3-Clause
`,
  variants: `\
python:
  - 3.11.* *_cpython
  - 3.12.* *_cpython
  - 3.13.* *_cp313
numpy:
  - 2.1.*

c_compiler:
  - if: unix
    then: gcc
    else: vs2022
c_compiler_version:
  - if: unix
    then: "14"
`,
  format: "variants",
};

const outputs: Example = {
  name: "Library, tools and bindings",
  recipe: `\
context:
  version: "2.4.1"

recipe:
  name: lumen
  version: \${{ version }}

build:
  number: 1

outputs:
  # Built once; its files go into the outputs that inherit it.
  - staging:
      name: lumen-build
    source:
      url: https://example.org/lumen-\${{ version }}.tar.gz
      sha256: ${SHA}
    build:
      script:
        - cmake -B build -G Ninja -DCMAKE_INSTALL_PREFIX=$PREFIX
        - cmake --build build --target install
    requirements:
      build:
        - \${{ compiler('cxx') }}
        - cmake
        - ninja
      host:
        - zlib

  - package:
      name: liblumen
    inherit: lumen-build
    build:
      files:
        - lib/**
        - include/**
    requirements:
      host:
        - zlib
      run_exports:
        - \${{ pin_subpackage('liblumen', upper_bound='x.x') }}

  - package:
      name: lumen-tools
    inherit: lumen-build
    build:
      files:
        - bin/**
    requirements:
      host:
        - \${{ pin_subpackage('liblumen', exact=True) }}
      run:
        - \${{ pin_subpackage('liblumen', exact=True) }}

  - package:
      name: python-lumen
    build:
      script: pip install ./python --no-deps
    requirements:
      host:
        - python
        - pip
        - \${{ pin_subpackage('liblumen', exact=True) }}
      run:
        - python
        - \${{ pin_subpackage('liblumen', exact=True) }}

  - package:
      name: lumen
    build:
      noarch: generic
    requirements:
      run:
        - \${{ pin_subpackage('lumen-tools', exact=True) }}
        - \${{ pin_subpackage('python-lumen', upper_bound='x') }}
`,
  variants: `\
python:
  - 3.12.* *_cpython
  - 3.13.* *_cp313
zlib:
  - "1"
cxx_compiler:
  - gxx
cxx_compiler_version:
  - "14"
`,
  format: "variants",
};

const noarch: Example = {
  name: "Smallest recipe",
  recipe: `\
package:
  name: debug-demo
  version: "1.0.0"

build:
  number: 0
  noarch: generic
  script:
    - mkdir -p $PREFIX/bin
    - echo "hello from debug-demo" > $PREFIX/bin/hello

requirements:
  run:
    - python
`,
  variants: "",
  format: "variants",
};

const matrix: Example = {
  name: "Many variants, some skipped",
  recipe: `\
package:
  name: matrix
  version: "0.9"

build:
  number: 3
  skip:
    - match(python, "<3.11") and cuda_version != "none"
  variant:
    use_keys:
      - cuda_version

requirements:
  build:
    - \${{ compiler('cxx') }}
    - \${{ stdlib('c') }}
  host:
    - python
    - numpy
    - if: mpi != "nompi"
      then: \${{ mpi }}
  run:
    - python
`,
  variants: `\
zip_keys:
  - [python, numpy]

python:
  - 3.10.* *_cpython
  - 3.11.* *_cpython
  - 3.12.* *_cpython
  - 3.13.* *_cp313
numpy:
  - "2.0"
  - "2.0"
  - "2.1"
  - "2.1"
mpi:
  - nompi
  - openmpi
  - mpich
cuda_version:
  - none
  - "12.6"
cxx_compiler: [gxx]
cxx_compiler_version: ["14"]
c_stdlib: [sysroot]
c_stdlib_version: ["2.28"]
`,
  format: "variants",
};

const mistakes: Example = {
  name: "Recipe with mistakes",
  recipe: `\
context:
  version: "3.1"

package:
  name: oops
  version: \${{ verison }}

source:
  - url: https://example.org/oops.tar.gz
    sha256: not-a-checksum

build:
  numbr: 0
  script: make install

requirements:
  host:
    - zlib >=1.2 <2
    - python >==3.9
  run:
    - if: linux
      than: libgcc

about:
  licence: MIT
`,
  variants: "",
  format: "variants",
};

/** The first is what a new page shows. */
export const EXAMPLES: Example[] = [outputs, python, matrix, noarch, mistakes];
