"""The CRC-32 of bytes that were never together, from the CRCs of their parts (RFC 1952 section 8).

Appending n bytes multiplies the first part's CRC by x^(8n) modulo the polynomial of the CRC; polynomials
over GF(2) are numbers here whose highest bit is the coefficient of x^0, as in zlib's ``crc32_combine``.
"""

from functools import lru_cache

_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31
_X_TO_THE_8 = 3


def crc32_joined(first: int, second: int, second_length: int) -> int:
    """The CRC-32 of two parts one after the other."""
    return _times(_shift(second_length), first) ^ second


@lru_cache(maxsize=8192)
def _shift(length: int) -> int:
    """The number x to the power of 8 * length."""
    product, power = _ONE, _X_TO_THE_8
    while length:
        if length & 1:
            product = _times(_squared(power), product)
        length >>= 1
        power += 1
    return product


@lru_cache(maxsize=128)
def _squared(times: int) -> int:
    """x, squared so many times."""
    value = _ONE >> 1
    for _ in range(times):
        value = _times(value, value)
    return value


def _times(left: int, right: int) -> int:
    product = 0
    while left:
        if left & _ONE:
            product ^= right
        left = (left << 1) & 0xFFFFFFFF
        right = (right >> 1) ^ _POLYNOMIAL if right & 1 else right >> 1
    return product
