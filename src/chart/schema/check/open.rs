//! What is left for `unevaluatedProperties` and `unevaluatedItems`.

use crate::schema::document::Data;
use crate::schema::program::Schema;

/// The members of a value that no schema has looked at yet.
#[derive(Default)]
pub(super) struct Open {
    members: Vec<bool>,
    count: usize,
}

impl Open {
    pub(super) fn new(members: usize, seen: usize) -> Self {
        let count = members.saturating_sub(seen);
        if count == 0 {
            return Self::default();
        }
        Self { members: (0..members).map(|member| member >= seen).collect(), count }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn contains(&self, member: usize) -> bool {
        self.members.get(member).copied().unwrap_or(false)
    }

    pub(super) fn close(&mut self, member: usize) {
        if self.contains(member) {
            self.members[member] = false;
            self.count -= 1;
        }
    }

    /// Keeps what is open here and there.
    pub(super) fn merge(&mut self, other: &Self) {
        for member in 0..self.members.len() {
            if !other.contains(member) {
                self.close(member);
            }
        }
    }
}

/// The members of `data` that the schema does not look at by itself, if anybody asks for them.
pub(super) fn open_members(rules: &Schema, data: &Data, asked: bool) -> Open {
    let evaluated = &rules.evaluated;
    match data {
        Data::Map(entries) if !evaluated.all_properties && (asked || evaluated.asks_properties) => {
            Open::new(entries.len(), 0)
        }
        Data::List(items) if !evaluated.all_items && (asked || evaluated.asks_items) => {
            Open::new(items.len(), evaluated.items)
        }
        _ => Open::default(),
    }
}
