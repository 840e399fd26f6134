#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <Python.h>
#include <numpy/arrayobject.h>
#include <zlib.h>
static PyObject *total(PyObject *s, PyObject *a) {
  (void)zlibVersion();
  PyArrayObject *x = (PyArrayObject *)a; long n = 0;
  for (npy_intp i = 0; i < PyArray_SIZE(x); i++) n += ((npy_int64 *)PyArray_DATA(x))[i];
  return PyLong_FromLong(n);
}
static PyMethodDef m[] = {{"total", total, METH_O, 0}, {0}};
static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, "_fast", 0, -1, m};
PyMODINIT_FUNC PyInit__fast(void) { import_array(); return PyModule_Create(&d); }
