"""Values that Hypothesis draws."""

from hypothesis import strategies as st

INT64 = st.integers(-(2**63), 2**63 - 1)
TRICKY_TEXT = st.text(alphabet="#$~:!@%^&*\\/\"' \0\x01\x7f\uffff\u2028i0123456789-int", max_size=6)
KEYS = st.one_of(st.text(max_size=8), TRICKY_TEXT, INT64, INT64.map(str))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    INT64,
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    TRICKY_TEXT,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
