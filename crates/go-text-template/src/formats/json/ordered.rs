//! JSON with the fields of maps in the order of Go's structs.

use super::number::append_number;
use super::write::{Style, append_string};
use crate::data::{Tree, TreeMap};

/// The JSON text of `tree`; the keys that `order` names come in its order, the others behind them.
/// What stands under a key of `FREE` is a map in Go, too, and so is in byte order.
pub fn write_ordered(tree: &Tree, style: Style, order: &[&str]) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new(), style, order, level: 0 };
    writer.value(tree, false);
    writer.out
}

/// Keys whose values are maps with keys that the user chose.
const FREE: [&[u8]; 3] = [b"annotations", b"entries", b"import-values"];

struct Writer<'o> {
    out: Vec<u8>,
    style: Style,
    order: &'o [&'o str],
    level: usize,
}

impl Writer<'_> {
    fn value(&mut self, tree: &Tree, is_free: bool) {
        match tree {
            Tree::Null => self.out.extend_from_slice(b"null"),
            Tree::Bool(value) => self.out.extend_from_slice(value.to_string().as_bytes()),
            Tree::Int(value) => self.out.extend_from_slice(value.to_string().as_bytes()),
            // What JSON has no number for cannot come out of YAML or JSON.
            Tree::Float(value) => drop(append_number(&mut self.out, *value)),
            Tree::String(text) => append_string(&mut self.out, text, self.style.escape_html),
            Tree::List(items) => {
                self.collection(*b"[]", items.iter(), |writer, item| writer.value(item, is_free));
            }
            Tree::Map(map) => {
                let entries = self.sorted(map, is_free);
                self.collection(*b"{}", entries.into_iter(), |writer, (key, value)| {
                    append_string(&mut writer.out, key, writer.style.escape_html);
                    writer.out.extend_from_slice(if writer.style.pretty { b": " } else { b":" });
                    writer.value(value, FREE.contains(&key));
                });
            }
        }
    }

    fn sorted<'t>(&self, map: &'t TreeMap, is_free: bool) -> Vec<(&'t [u8], &'t Tree)> {
        let mut entries: Vec<_> = map.iter().map(|(key, value)| (key.as_bytes(), value)).collect();
        if is_free {
            return entries;
        }
        let place = |key: &[u8]| self.order.iter().position(|name| name.as_bytes() == key);
        entries.sort_by_key(|(key, _)| place(key).unwrap_or(usize::MAX));
        entries
    }

    fn collection<T>(
        &mut self,
        brackets: [u8; 2],
        items: impl ExactSizeIterator<Item = T>,
        write: impl Fn(&mut Self, T),
    ) {
        self.out.push(brackets[0]);
        let is_empty = items.len() == 0;
        self.level += 1;
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            self.new_line();
            write(self, item);
        }
        self.level -= 1;
        if !is_empty {
            self.new_line();
        }
        self.out.push(brackets[1]);
    }

    fn new_line(&mut self) {
        if self.style.pretty {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + 2 * self.level, b' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_the_order_that_is_given() {
        let tree = crate::json::read(&"{\"a\":[1,{}],\"b\":\"<\",\"c\":null}".into()).unwrap();
        let text = |style| String::from_utf8(write_ordered(&tree, style, &["c", "b"])).unwrap();
        assert_eq!(text(Style::COMPACT), "{\"c\":null,\"b\":\"\\u003c\",\"a\":[1,{}]}");
        assert_eq!(
            text(Style::PRETTY),
            "{\n  \"c\": null,\n  \"b\": \"\\u003c\",\n  \"a\": [\n    1,\n    {}\n  ]\n}"
        );
    }
}
