# ruff: noqa: ANN401 - what numba hands to its extensions has no types
"""Eight floats at once, for compiled code.

`Lanes` hold eight neighbours of a column. They add, subtract, multiply, divide
and round (`np.rint`) as floats do, among themselves and with a float, and each
lane gets the very bits that the float would: so a formula is written once and
serves one bar or eight. To the compiler they are one vector, whatever registers
the processor has.
"""

import operator
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from core.engine import compiled as _compiled  # noqa: F401 - numba's folder comes first

from llvmlite import ir  # isort: skip
from numba import extending, types  # isort: skip
from numba.core import cgutils, datamodel  # isort: skip
from numba.core.typing import templates  # isort: skip


def _untyped(module: ModuleType) -> Any:
    """Return a module of numba's that has annotations in some places only."""
    return module


extend, model, typing, emit = (_untyped(part) for part in (extending, datamodel, templates, cgutils))

COUNT = 8

_FLOAT, _WHOLE = ir.DoubleType(), ir.IntType(64)
_VECTOR = ir.VectorType(_FLOAT, COUNT)
_PLACES = ir.Constant(ir.VectorType(_WHOLE, COUNT), list(range(COUNT)))


class Lanes(types.Type):
    """The type of eight floats."""

    def __init__(self) -> None:
        """Give numba the name it keeps the type under."""
        super().__init__(name="Lanes")


_LANES = Lanes()


class _Model(model.PrimitiveModel):  # type: ignore[misc, name-defined]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


model.register_default(Lanes)(_Model)


def _repeated(builder: Any, value: Any, count: int = COUNT) -> Any:
    """Return a vector that holds a value in each lane, or the vector that it is already."""
    if isinstance(value.type, ir.VectorType):
        return value
    kind = ir.VectorType(value.type, count)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    same = ir.Constant(ir.VectorType(ir.IntType(32), count), [0] * count)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), same)


def _define(function: Callable[..., Any], *arguments: tuple[Any, ...], generate: Any) -> None:
    """Let a function take lanes: for each of these types of arguments it gives lanes."""

    class Template(typing.ConcreteTemplate):  # type: ignore[misc, name-defined]
        cases: ClassVar = [typing.signature(_LANES, *given) for given in arguments]

    typing.infer_global(function)(Template)
    for given in arguments:
        extend.lower_builtin(function, *given)(generate)


def _define_operator(function: Callable[..., Any], instruction: str) -> None:
    """Let an operator take lanes, and floats beside them."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return getattr(builder, instruction)(*(_repeated(builder, value) for value in arguments))

    pairs = (_LANES, _LANES), (_LANES, types.float64), (types.float64, _LANES)
    _define(function, *pairs, generate=generate)


def _rint(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
    kind = ir.FunctionType(_VECTOR, [_VECTOR])
    return builder.call(
        emit.get_or_insert_function(builder.module, kind, f"llvm.rint.v{COUNT}f64"), arguments
    )


_define_operator(operator.add, "fadd")
_define_operator(operator.sub, "fsub")
_define_operator(operator.mul, "fmul")
_define_operator(operator.truediv, "fdiv")
_define(np.rint, (_LANES,), generate=_rint)


def _pointer(builder: Any, address: Any, index: Any) -> Any:
    start = builder.inttoptr(address, _FLOAT.as_pointer())
    return builder.bitcast(builder.gep(start, [index]), _VECTOR.as_pointer())


def _read() -> Any:
    @extending.intrinsic
    def read(_context: Any, _address: Any, _index: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.load(_pointer(builder, *arguments), align=8)

        return _LANES(types.int64, types.int64), generate

    return read


def _write() -> Any:
    @extending.intrinsic
    def write(_context: Any, _address: Any, _index: Any, _value: Any) -> Any:
        def generate(target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            builder.store(arguments[2], _pointer(builder, *arguments[:2]), align=8)
            return target.get_dummy_value()

        return types.void(types.int64, types.int64, _LANES), generate

    return write


def _filled() -> Any:
    @extending.intrinsic
    def filled(_context: Any, _value: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return _repeated(builder, arguments[0])

        return _LANES(types.float64), generate

    return filled


def _within() -> Any:
    @extending.intrinsic
    def within(_context: Any, _lows: Any, _highs: Any, _lower: Any, _upper: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            lows, highs, lower, upper = (_repeated(builder, value) for value in arguments)
            above = builder.fcmp_ordered(">", lows, lower)
            below = builder.fcmp_ordered("<", highs, upper)
            clear = builder.bitcast(builder.and_(above, below), ir.IntType(COUNT))
            # The bit above the lanes ends the count where every lane is clear.
            number = ir.IntType(32)
            touched = builder.zext(builder.not_(clear), number)
            touched = builder.or_(touched, ir.Constant(number, 1 << COUNT))
            return builder.zext(builder.cttz(touched, ir.Constant(ir.IntType(1), 1)), _WHOLE)

        return types.int64(_LANES, _LANES, types.float64, types.float64), generate

    return within


def _extreme(comparison: str) -> Any:
    @extending.intrinsic
    def extreme(_context: Any, _values: Any, _count: Any, _others: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            values, count, others = arguments
            beyond = builder.fcmp_ordered(comparison, values, others)
            counted = builder.icmp_signed("<", _PLACES, _repeated(builder, count))
            return builder.select(builder.and_(beyond, counted), values, others)

        return _LANES(_LANES, types.int64, _LANES), generate

    return extreme


def _first() -> Any:
    @extending.intrinsic
    def first(_context: Any, _count: Any, _values: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            counted = builder.icmp_signed("<", _PLACES, _repeated(builder, arguments[0]))
            return builder.select(counted, arguments[1], ir.Constant(_VECTOR, [0.0] * COUNT))

        return _LANES(types.int64, _LANES), generate

    return first


def _picked(comparison: str) -> Callable[[Any, Any, Any], Any]:
    """Return what emits the one of two floats that is beyond the other."""

    def emit_pick(builder: Any, one: Any, other: Any) -> Any:
        return builder.select(builder.fcmp_ordered(comparison, one, other), one, other)

    return emit_pick


def _reduction(joined: Callable[[Any, Any, Any], Any]) -> Any:
    @extending.intrinsic
    def reduction(_context: Any, _values: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            places = (ir.Constant(ir.IntType(32), place) for place in range(COUNT))
            values = [builder.extract_element(arguments[0], place) for place in places]
            while len(values) > 1:
                pairs = zip(values[::2], values[1::2], strict=True)
                values = [joined(builder, one, other) for one, other in pairs]
            return values[0]

        return types.float64(_LANES), generate

    return reduction


# The lanes from row `index` of the column at `address` on; there are no bounds here.
read_lanes: Callable[[int, int], Any] = _read()
write_lanes: Callable[[int, int, Any], None] = _write()

# The same float in each lane.
filled: Callable[[float], Any] = _filled()

# (lows, highs, lower, upper) -> how many lanes, from the first on, lie strictly between two levels.
lanes_within: Callable[[Any, Any, float, float], int] = _within()

# (values, count, others) -> the larger, the smaller of both in the first `count` lanes, else the other.
larger: Callable[[Any, int, Any], Any] = _extreme(">")
smaller: Callable[[Any, int, Any], Any] = _extreme("<")

# (count, values) -> the values in the first `count` lanes, zero in the others.
first_of: Callable[[int, Any], Any] = _first()

# The largest of the lanes, the smallest, their sum (of pairs, of pairs of pairs, and so on).
largest_of: Callable[[Any], float] = _reduction(_picked(">"))
smallest_of: Callable[[Any], float] = _reduction(_picked("<"))
sum_of: Callable[[Any], float] = _reduction(lambda builder, one, other: builder.fadd(one, other))
