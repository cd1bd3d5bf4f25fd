# ruff: noqa: ANN401 - what numba hands to an intrinsic has no types
"""Reading and writing columns by their address.

Calling compiled code with one address costs a fifth of calling it with arrays,
and a read-only, memory-mapped column needs no second compilation. There are no
bounds here: whoever fills in an address answers for its length.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.engine import compiled as _compiled  # noqa: F401 - numba's folder comes first

from llvmlite import ir  # isort: skip
from numba import from_dtype, types  # isort: skip
from numba.extending import intrinsic  # isort: skip


def _reader(kind: Any, stored: Any) -> Any:
    @intrinsic
    def read(_context: Any, _address: Any, _index: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], stored.as_pointer())
            value = builder.load(builder.gep(pointer, [arguments[1]]))
            return builder.zext(value, ir.IntType(64)) if stored == ir.IntType(8) else value

        return kind(types.int64, types.int64), generate

    return read


def _writer(kind: Any, stored: Any) -> Any:
    @intrinsic
    def write(_context: Any, _address: Any, _index: Any, _value: Any) -> Any:
        def generate(target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], stored.as_pointer())
            builder.store(arguments[2], builder.gep(pointer, [arguments[1]]))
            return target.get_dummy_value()

        return types.void(types.int64, types.int64, kind), generate

    return write


read_float: Callable[[int, int], float] = _reader(types.float64, ir.DoubleType())
read_int: Callable[[int, int], int] = _reader(types.int64, ir.IntType(64))
read_byte: Callable[[int, int], int] = _reader(types.int64, ir.IntType(8))
write_float: Callable[[int, int, float], None] = _writer(types.float64, ir.DoubleType())


def _word() -> Any:
    @intrinsic
    def word(_context: Any, _address: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())
            return builder.load(pointer, align=1)

        return types.int64(types.int64), generate

    return word


def _fetch() -> Any:
    @intrinsic
    def fetch(_context: Any, _address: Any, _index: Any) -> Any:
        def generate(target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            start = builder.inttoptr(arguments[0], ir.DoubleType().as_pointer())
            pointer = builder.bitcast(builder.gep(start, [arguments[1]]), ir.IntType(8).as_pointer())
            number = ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [pointer.type, number, number, number])
            fetch = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], kind)
            for_reading, kept, data = (ir.Constant(number, value) for value in (0, 3, 1))
            builder.call(fetch, [pointer, for_reading, kept, data])
            return target.get_dummy_value()

        return types.void(types.int64, types.int64), generate

    return fetch


# Eight bytes from an address on, wherever it lies, as one number.
read_word: Callable[[int], int] = _word()

# Begin to load a float into the cache; harmless wherever it lies.
fetch: Callable[[int, int], None] = _fetch()


def record_reader(layout: "np.dtype[np.void]") -> Any:
    """Return a compiled function (address, index) -> the record there, to read and to write."""
    record = from_dtype(layout)

    @intrinsic
    def record_at(_context: Any, _address: Any, _index: Any) -> Any:
        def generate(target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            offset = builder.mul(arguments[1], ir.Constant(ir.IntType(64), layout.itemsize))
            return builder.inttoptr(builder.add(arguments[0], offset), target.get_value_type(record))

        return record(types.int64, types.int64), generate

    return record_at
