/** Recipes that fail, each for one reason that occurs in feedstocks, and a file that a correct build installs. */

/** A recipe folder as text. */
export interface BrokenRecipe {
  /** What is wrong; several recipes may share it. */
  kind: string;
  /** `embedded` has the packages of the test kit, `full` real ones. */
  channel: "embedded" | "full";
  /** Relative to the host prefix. */
  expect: string;
  /** Path and content. */
  files: Record<string, string>;
}

const recipe = (script: string[], more = "", source = "\nsource:\n  path: src\n"): string =>
  `package:\n  name: broken\n  version: "1.0"\n${source}\nbuild:\n  script:\n${script.map((line) => `    - ${line}\n`).join("")}${more && `\n${more}`}`;

const COMPILER = `requirements:\n  build:\n    - \${{ compiler('c') }}\n`;
const MAIN = `#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n`;
const INSTALL = ["mkdir -p $PREFIX/bin", "cp hello $PREFIX/bin/"];
const CC = "c_compiler:\n  - cc\n";
const GCC = 'c_compiler:\n  - gcc\nc_compiler_version:\n  - "12"\n';
const CMAKE =
  "cmake_minimum_required(VERSION 3.10)\nproject(hello C)\nadd_executable(hello hello.c)\ninstall(TARGETS hello DESTINATION bin)\n";
const CMAKE_BUILD = [
  "cmake -S . -B out -DCMAKE_INSTALL_PREFIX=$PREFIX",
  "cmake --build out",
  "cmake --install out",
];
const PIP = "$PYTHON -m pip install . -vv --no-deps --no-build-isolation";
const pyproject = (backend: string, requires: string): string =>
  `[build-system]\nrequires = ["${requires}"]\nbuild-backend = "${backend}"\n\n[project]\nname = "hello"\nversion = "1.0"\n`;
const host = (...names: string[]): string =>
  `requirements:\n  host:\n${names.map((name) => `    - ${name}\n`).join("")}`;
const build = (...names: string[]): string =>
  `requirements:\n  build:\n${names.map((name) => `    - ${name}\n`).join("")}`;
const TEXT = { "src/a.txt": "a\n", "src/docs/guide.txt": "guide\n" };
const COPY = ["mkdir -p $PREFIX/share", "cp a.txt $PREFIX/share/"];

function embedded(kind: string, expect: string, files: Record<string, string>): BrokenRecipe {
  return { kind, channel: "embedded", expect, files };
}

function full(kind: string, expect: string, files: Record<string, string>): BrokenRecipe {
  return { kind, channel: "full", expect, files: { "variants.yaml": GCC, ...files } };
}

export const recipes: Record<string, BrokenRecipe> = {
  "field-misspelt": embedded("unknown field", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(COPY).replace("script:", "scirpt:"),
  }),
  "section-misspelt": embedded("unknown field", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(COPY, build("toolx")).replace("requirements:", "requirement:"),
  }),
  "variable-misspelt": embedded("undefined variable", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": `context:\n  version: "1.0"\n\n${recipe(COPY)}`.replace(
      'version: "1.0"\n\nsource',
      "version: ${{ verison }}\n\nsource",
    ),
  }),
  "template-without-dollar": embedded("template syntax", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": `context:\n  version: "1.0"\n\n${recipe(COPY)}`.replace(
      'version: "1.0"\n\nsource',
      "version: {{ version }}\n\nsource",
    ),
  }),
  "wrong-indentation": embedded("YAML syntax", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(COPY).replace("  path: src", "   path: src\n  target_directory: ."),
  }),
  "number-as-text": embedded("wrong type", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(COPY).replace("build:\n", "build:\n  number: v2\n"),
  }),
  "license-not-spdx": embedded("license", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(COPY, "about:\n  license: Apache 2.0\n"),
  }),
  "license-file-misspelt": embedded("license", "share/a.txt", {
    ...TEXT,
    "src/LICENSE.md": "Do what you want.\n",
    "recipe.yaml": recipe(COPY, "about:\n  license: MIT\n  license_file: LICENSE-MIT.txt\n"),
  }),
  "source-folder-misspelt": embedded("source path", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(COPY).replace("path: src", "path: source"),
  }),
  "checksum-of-older-file": embedded("checksum", "share/a.txt", {
    "a.txt": "a\n",
    "recipe.yaml": recipe(COPY, "", `\nsource:\n  path: a.txt\n  sha256: ${"0123456789abcdef".repeat(4)}\n`),
  }),
  "patch-file-misspelt": embedded("patch", "share/a.txt", {
    ...TEXT,
    "fix-greeting.patch": "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-a\n+b\n",
    "recipe.yaml": recipe(COPY).replace("path: src", "path: src\n  patches:\n    - fix-greting.patch"),
  }),
  "patch-for-other-folders": embedded("patch", "share/a.txt", {
    ...TEXT,
    "fix.patch": "--- old/tree/deep/a.txt\n+++ new/tree/deep/a.txt\n@@ -1 +1 @@\n-a\n+b\n",
    "recipe.yaml": recipe(COPY).replace("path: src", "path: src\n  patches:\n    - fix.patch"),
  }),
  "patch-already-applied": embedded("patch", "share/a.txt", {
    ...TEXT,
    "src/a.txt": "b\nc\nd\n",
    "fix.patch": "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n-a\n+b\n c\n d\n",
    "recipe.yaml": recipe(COPY).replace("path: src", "path: src\n  patches:\n    - fix.patch"),
  }),
  "patch-with-old-context": embedded("patch", "share/a.txt", {
    ...TEXT,
    "src/a.txt": "new\nline\n\none\ntwo\nthree!\nfour\n",
    "fix.patch": "--- a/a.txt\n+++ b/a.txt\n@@ -1,4 +1,4 @@\n zero\n one\n-two\n+2\n three\n",
    "recipe.yaml": recipe(COPY).replace("path: src", "path: src\n  patches:\n    - fix.patch"),
  }),
  "file-in-other-folder": embedded("path in script", "share/guide.txt", {
    ...TEXT,
    "recipe.yaml": recipe(["mkdir -p $PREFIX/share", "cp doc/guide.txt $PREFIX/share/"]),
  }),
  "file-with-other-extension": embedded("path in script", "share/guide.txt", {
    ...TEXT,
    "recipe.yaml": recipe(["mkdir -p $PREFIX/share", "cp docs/guide.md $PREFIX/share/guide.txt"]),
  }),
  "top-folder-of-archive": embedded("path in script", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(["cd broken-1.0", ...COPY]),
  }),
  "folder-not-created": embedded("missing folder", "share/broken/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(["cp a.txt $PREFIX/share/broken/"]),
  }),
  "redirect-into-missing-folder": embedded("missing folder", "etc/broken.conf", {
    ...TEXT,
    "recipe.yaml": recipe(["echo on > $PREFIX/etc/broken.conf"]),
  }),
  "mkdir-without-parents": embedded("missing folder", "share/a/b/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(["mkdir $PREFIX/share/a/b", "cp a.txt $PREFIX/share/a/b/"]),
  }),
  "folder-taken-for-file": embedded("missing folder", "bin/tool", {
    "src/tool": "#!/bin/sh\necho hi\n",
    "recipe.yaml": recipe(["cp tool $PREFIX/bin"]),
  }),
  "no-execute-permission": embedded("permission", "share/out.txt", {
    "src/gen.sh": "#!/bin/sh\nmkdir -p $PREFIX/share\necho x > $PREFIX/share/out.txt\n",
    "recipe.yaml": recipe(["./gen.sh"]),
  }),
  "windows-line-endings": embedded("line endings", "share/a.txt", {
    ...TEXT,
    "build.sh":
      "set -e\r\nmkdir -p $PREFIX/share\r\ncd docs\r\ncp guide.txt ../b.txt\r\ncd ..\r\ncp a.txt $PREFIX/share/a.txt\r\n",
    "recipe.yaml": 'package:\n  name: broken\n  version: "1.0"\n\nsource:\n  path: src\n',
  }),
  "script-of-project-with-windows-line-endings": embedded("line endings", "share/out.txt", {
    "src/gen.sh": "#!/bin/sh\r\nmkdir -p $PREFIX/share\r\necho x > $PREFIX/share/out.txt\r\n",
    "recipe.yaml": recipe(["chmod +x gen.sh", "./gen.sh"]),
  }),
  "if-without-fi": embedded("script syntax", "share/a.txt", {
    ...TEXT,
    "build.sh": "mkdir -p $PREFIX/share\nif [ -f a.txt ]; then\n  cp a.txt $PREFIX/share/\n\necho done\n",
    "recipe.yaml": 'package:\n  name: broken\n  version: "1.0"\n\nsource:\n  path: src\n',
  }),
  "for-without-done": embedded("script syntax", "share/a.txt", {
    ...TEXT,
    "build.sh":
      "mkdir -p $PREFIX/share\nif true; then\n  for name in a; do\n    cp $name.txt $PREFIX/share/\nfi\n",
    "recipe.yaml": 'package:\n  name: broken\n  version: "1.0"\n\nsource:\n  path: src\n',
  }),
  "quote-not-closed": embedded("script syntax", "share/a.txt", {
    ...TEXT,
    "build.sh": 'mkdir -p $PREFIX/share\ncp "a.txt $PREFIX/share/\necho done\n',
    "recipe.yaml": 'package:\n  name: broken\n  version: "1.0"\n\nsource:\n  path: src\n',
  }),
  "unset-variable": embedded("unset variable", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(["set -u", "mkdir -p $PREFX/share", "cp a.txt $PREFIX/share/"]),
  }),
  "interpreter-elsewhere": embedded("interpreter", "share/out.txt", {
    "src/gen.sh": "#!/opt/tools/bin/bash\nmkdir -p $PREFIX/share\necho x > $PREFIX/share/out.txt\n",
    "recipe.yaml": recipe(["chmod +x gen.sh", "./gen.sh"]),
  }),
  "bash-run-by-sh": embedded("interpreter", "share/out.txt", {
    "src/gen.sh":
      "names=(a b)\nmkdir -p $PREFIX/share\nif [[ ${names[0]} == a ]]; then echo x > $PREFIX/share/out.txt; fi\n",
    "recipe.yaml": recipe(["sh gen.sh"]),
  }),
  "make-target-misspelt": embedded("make", "share/a.txt", {
    ...TEXT,
    "src/Makefile": "all:\n\techo all\ninstall:\n\tmkdir -p $(PREFIX)/share\n\tcp a.txt $(PREFIX)/share/\n",
    "recipe.yaml": recipe(["make", "make instal PREFIX=$PREFIX"]),
  }),
  "make-with-spaces": embedded("make", "share/a.txt", {
    ...TEXT,
    "src/Makefile": "install:\n    mkdir -p $(PREFIX)/share\n    cp a.txt $(PREFIX)/share/\n",
    "recipe.yaml": recipe(["make install PREFIX=$PREFIX"]),
  }),
  "make-installs-elsewhere": embedded("install prefix", "share/a.txt", {
    ...TEXT,
    "src/Makefile":
      "PREFIX = $(CURDIR)/root\ninstall:\n\tmkdir -p $(PREFIX)/share\n\tcp a.txt $(PREFIX)/share/\n",
    "recipe.yaml": recipe(["make -e MAKEFLAGS= install PREFIX=$SRC_DIR/root"]),
  }),
  "configure-without-prefix": embedded("install prefix", "share/a.txt", {
    ...TEXT,
    "src/configure":
      '#!/bin/sh\nprefix=$PWD/root\nfor arg in "$@"; do case $arg in --prefix=*) prefix=${arg#*=};; esac; done\nprintf "install:\\n\\tmkdir -p $prefix/share\\n\\tcp a.txt $prefix/share/\\n" > Makefile\n',
    "recipe.yaml": recipe(["chmod +x configure", "./configure", "make install"]),
  }),
  "make-with-many-jobs": embedded("parallel make", "share/a.txt", {
    "src/Makefile":
      "all: a.txt b.txt\na.txt:\n\tsed s/x/y/ dir/x.txt > a.txt\nb.txt:\n\techo b > b.txt\nprepare:\n\tsleep 0.5; mkdir -p dir; echo x > dir/x.txt\n",
    "recipe.yaml": recipe(["make -j4 prepare all", "mkdir -p $PREFIX/share", "cp a.txt $PREFIX/share/"]),
  }),
  "command-misspelt": embedded("command", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(["mkdri -p $PREFIX/share", "cp a.txt $PREFIX/share/"]),
  }),
  "package-misspelt": embedded("unknown package", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(COPY, host("libgret")),
  }),
  "version-that-no-channel-has": embedded("version pin", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(COPY, host("libgreet 1.3.*")),
  }),
  "library-not-required": embedded("missing library", "bin/hello", {
    "variants.yaml": CC,
    "src/hello.c": '#include <stdio.h>\n#include <greet.h>\nint main(void) { puts("x"); return 0; }\n',
    "recipe.yaml": recipe(["$CC $CFLAGS hello.c -o hello $LDFLAGS -lgreet", ...INSTALL], COMPILER),
  }),
  "compiler-not-required": embedded("missing compiler", "bin/hello", {
    "variants.yaml": CC,
    "src/hello.c": MAIN,
    "recipe.yaml": recipe(["$CC hello.c -o hello", ...INSTALL]),
  }),
  "cmake-not-required": full("missing tool", "bin/hello", {
    "src/hello.c": MAIN,
    "src/CMakeLists.txt": CMAKE,
    "recipe.yaml": recipe(CMAKE_BUILD, build("${{ compiler('c') }}", "make")),
  }),
  "cmake-without-prefix": full("install prefix", "bin/hello", {
    "src/hello.c": MAIN,
    "src/CMakeLists.txt": `${CMAKE}if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)\n  set(CMAKE_INSTALL_PREFIX "\${CMAKE_BINARY_DIR}/root" CACHE PATH "" FORCE)\nendif()\n`,
    "recipe.yaml": recipe(
      ["cmake -S . -B out", "cmake --build out", "cmake --install out"],
      build("${{ compiler('c') }}", "make", "cmake"),
    ),
  }),
  "cmake-too-old": full("version of a tool", "bin/hello", {
    "src/hello.c": MAIN,
    "src/CMakeLists.txt": CMAKE.replace("3.10", "3.31"),
    "recipe.yaml": recipe(CMAKE_BUILD, build("${{ compiler('c') }}", "make", "cmake")),
  }),
  "ninja-too-old": full("version of a tool", "share/b.txt", {
    "src/a.txt": "a\n",
    "src/build.ninja":
      "ninja_required_version = 1.11\nrule copy\n  command = cp $in $out\nbuild b.txt: copy a.txt\n",
    "recipe.yaml": recipe(
      ["ninja", "mkdir -p $PREFIX/share", "cp b.txt $PREFIX/share/"],
      build("ninja <1.11"),
    ),
  }),
  "header-not-included": full("source", "bin/hello", {
    "src/hello.c":
      '#include <stdio.h>\nint main(void) { printf("%d\\n", (int)strlen("hello")); return 0; }\n',
    "recipe.yaml": recipe(["$CC -Werror hello.c -o hello", ...INSTALL], COMPILER),
  }),
  "math-library": full("link flag", "bin/hello", {
    "src/hello.c":
      '#include <math.h>\n#include <stdio.h>\nint main(int n, char **v) { printf("%f\\n", sqrt(n + 0.5)); return v == 0; }\n',
    "recipe.yaml": recipe(["$CC hello.c -o hello", ...INSTALL], COMPILER),
  }),
  "library-not-linked": full("link flag", "bin/hello", {
    "src/hello.c":
      "#include <stdio.h>\n#include <zlib.h>\nint main(void) { puts(zlibVersion()); return 0; }\n",
    "recipe.yaml": recipe(
      ["$CC -I$PREFIX/include -L$PREFIX/lib hello.c -o hello", ...INSTALL],
      `${COMPILER}  host:\n    - zlib\n`,
    ),
  }),
  "header-in-other-folder": full("include path", "bin/hello", {
    "src/hello.c": '#include <stdio.h>\n#include "words.h"\nint main(void) { puts(WORD); return 0; }\n',
    "src/include/words.h": '#define WORD "hello"\n',
    "recipe.yaml": recipe(["$CC hello.c -o hello", ...INSTALL], COMPILER),
  }),
  "tentative-definitions": full("compiler flag", "bin/hello", {
    "src/hello.c": '#include <stdio.h>\nint count;\nint main(void) { printf("%d\\n", count); return 0; }\n',
    "src/other.c": "int count;\n",
    "src/Makefile": "hello: hello.c other.c\n\t$(CC) $(CFLAGS) hello.c other.c -o hello\n",
    "recipe.yaml": recipe(["make CC=$CC", ...INSTALL], COMPILER),
  }),
  "backend-not-required": full("Python build backend", "lib/python3.11/site-packages/hello/__init__.py", {
    "src/hello/__init__.py": "",
    "src/pyproject.toml": pyproject("flit_core.buildapi", "flit_core").replace(
      'version = "1.0"',
      'version = "1.0"\ndescription = "x"',
    ),
    "recipe.yaml": recipe([PIP], host("python", "pip")),
  }),
  "pip-downloads-backend": full("pip", "lib/python3.11/site-packages/hello/__init__.py", {
    "src/hello/__init__.py": "",
    "src/pyproject.toml": pyproject("setuptools.build_meta", "setuptools"),
    "recipe.yaml": recipe(["$PYTHON -m pip install . -vv"], host("python", "pip", "setuptools", "wheel")),
  }),
  "module-not-required": full("missing Python module", "share/out.txt", {
    "src/gen.py": "import yaml\nprint(yaml.safe_load('a: 1'))\n",
    "recipe.yaml": recipe(
      ["mkdir -p $PREFIX/share", "$PYTHON gen.py > $PREFIX/share/out.txt"],
      host("python"),
    ),
  }),
  "python-not-required": full("missing tool", "share/out.txt", {
    "src/gen.py": "print('x')\n",
    "recipe.yaml": recipe(["mkdir -p $PREFIX/share", "$PYTHON gen.py > $PREFIX/share/out.txt"]),
  }),
  "version-from-git": full("project version", "lib/python3.11/site-packages/hello.py", {
    "src/hello.py": "",
    "src/setup.py":
      "import os\nfrom setuptools import setup\nversion = os.environ.get('SETUPTOOLS_SCM_PRETEND_VERSION')\nif not version:\n    raise LookupError('setuptools-scm was unable to detect version for the project')\nsetup(name='hello', version=version, py_modules=['hello'])\n",
    "recipe.yaml": recipe([PIP], host("python", "pip", "setuptools", "wheel")),
  }),
  "test-needs-server": full("test needs network", "share/out.txt", {
    "src/test_it.py":
      "import urllib.request\n\n\ndef test_fine():\n    assert True\n\n\ndef test_server():\n    urllib.request.urlopen('http://127.0.0.1:9/', timeout=1)\n",
    "recipe.yaml": recipe(
      ["$PYTHON -m pytest", "mkdir -p $PREFIX/share", "echo x > $PREFIX/share/out.txt"],
      host("python", "pytest"),
    ),
  }),
  "pins-that-conflict": full("version pin", "share/a.txt", {
    ...TEXT,
    "recipe.yaml": recipe(COPY, host("python 3.11.*", "flask 1.1.*", "werkzeug 3.*")),
  }),
  "compiler-of-other-version": full("version pin", "bin/hello", {
    "src/hello.c": MAIN,
    "variants.yaml": GCC.replace("12", "13"),
    "recipe.yaml": recipe(["$CC hello.c -o hello", ...INSTALL], COMPILER),
  }),
};
