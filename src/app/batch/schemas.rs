//! What a store holds under the key of a release whose schemas refer to addresses.
//!
//! Whether the values fit depends on what is there, so such a release has two keys. Under its own
//! lies the list of addresses; the result lies under the key that is made of that and of the digest
//! of what each address has today.

/// What stored bytes begin with.
const FORMAT: &[u8] = b"chart release schemas 1\n";

/// The bytes of a list of addresses.
pub fn write_addresses<'a>(addresses: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let lines = addresses.flat_map(|address| [address.as_bytes(), b"\n"]);
    lines.fold(FORMAT.to_vec(), |mut bytes, text| {
        bytes.extend_from_slice(text);
        bytes
    })
}

/// The addresses in `bytes`; `None` if they are no such list.
pub fn read_addresses(bytes: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(bytes.strip_prefix(FORMAT)?).ok()?;
    Some(text.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_back() {
        for list in [&[][..], &["http://h/a", "https://h/b?c"]] {
            let bytes = write_addresses(list.iter().copied());
            assert_eq!(read_addresses(&bytes).unwrap(), list);
        }
        assert_eq!(read_addresses(b"chart release 1\n"), None);
    }
}
