#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <numpy/ndarrayobject.h>
#include <zlib.h>

static PyObject *checksum(PyObject *module, PyObject *arguments) {
    const char *bytes;
    Py_ssize_t count;
    if (!PyArg_ParseTuple(arguments, "y#", &bytes, &count)) return NULL;
    return PyLong_FromUnsignedLong(adler32(adler32(0, Z_NULL, 0), (const unsigned char *)bytes, count));
}

static PyObject *sum(PyObject *module, PyObject *argument) {
    PyArrayObject *array = (PyArrayObject *)PyArray_FROM_OTF(argument, NPY_DOUBLE, NPY_ARRAY_IN_ARRAY);
    if (array == NULL) return NULL;
    double total = 0;
    double *values = PyArray_DATA(array);
    for (npy_intp index = 0; index < PyArray_SIZE(array); index++) total += values[index];
    Py_DECREF(array);
    return PyFloat_FromDouble(total);
}

static PyMethodDef methods[] = {
    {"adler32", checksum, METH_VARARGS, "The Adler-32 checksum of bytes."},
    {"sum", sum, METH_O, "The sum of an array."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "adler", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_adler(void) {
    import_array();
    return PyModule_Create(&definition);
}
