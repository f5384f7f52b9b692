//! How much memory Go's slices have, as far as programs can see it.
//!
//! Only sprig's `slice` shows it: it reaches beyond a slice's length, up to its capacity.

use super::Type;

/// The capacity of a slice that got its `len` elements one by one.
pub(super) fn grown(len: usize, element: Type) -> usize {
    let mut capacity = 0;
    while capacity < len {
        capacity = appended(capacity, element);
    }
    capacity
}

/// The capacity of a full slice of `len` elements that gets one more.
pub(super) fn appended(len: usize, element: Type) -> usize {
    let wanted = match len {
        0 => 1,
        1..256 => 2 * len,
        _ => len + (len + 3 * 256) / 4,
    };
    rounded(wanted, element)
}

/// The capacity of a slice that got `len` elements all at once, more than twice what it had.
pub(super) fn rounded(len: usize, element: Type) -> usize {
    allocated(len * element_bytes(element), element) / element_bytes(element)
}

/// The bytes that Go's allocator gives when asked for `bytes`.
fn allocated(bytes: usize, element: Type) -> usize {
    let has_pointers = !matches!(element, Type::Bool | Type::Int(_) | Type::Float64);
    // Larger objects with pointers have a header that says where.
    let header = if has_pointers && bytes > 512 { 8 } else { 0 };
    let class = SIZE_CLASSES.partition_point(|&class| usize::from(class) < bytes + header);
    match SIZE_CLASSES.get(class) {
        Some(&class) => usize::from(class) - header,
        None => bytes.next_multiple_of(8192),
    }
}

fn element_bytes(element: Type) -> usize {
    match element {
        Type::Bool => 1,
        Type::Int(_) | Type::Float64 | Type::Map | Type::StringMap => 8,
        Type::Bytes | Type::List(_) => 24,
        _ => 16,
    }
}

/// The sizes of small objects in Go 1.26.
#[rustfmt::skip]
static SIZE_CLASSES: [u16; 67] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320,
    352, 384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792,
    2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472,
    9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264,
    28672, 32768,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::IntKind;

    #[test]
    fn capacities_are_those_of_go() {
        let any = Type::Any;
        let int = Type::Int(IntKind::Int);
        for (len, capacity) in [
            (1, 1),
            (2, 2),
            (3, 4),
            (9, 16),
            (33, 71),
            (72, 143),
            (304, 591),
            (592, 1023),
            (1024, 1535),
        ] {
            assert_eq!(grown(len, any), capacity, "{len}");
        }
        for (len, capacity) in [(3, 4), (33, 64), (257, 512), (513, 848), (849, 1280), (1281, 1792)]
        {
            assert_eq!(grown(len, int), capacity, "{len}");
        }
        for (len, capacity) in
            [(0, 1), (3, 6), (5, 10), (17, 35), (36, 79), (333, 639), (1486, 2560)]
        {
            assert_eq!(appended(len, any), capacity, "{len}");
        }
        for (len, capacity) in [(3, 3), (17, 18), (36, 39), (128, 143), (1024, 1151)] {
            assert_eq!(rounded(len, any), capacity, "{len}");
        }
    }
}
