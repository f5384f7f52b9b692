//! What stands between `%` and the verb.

/// The flags of one directive.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Flags {
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`: structs with the names of their fields.
    pub(super) names: bool,
    /// `%#v`: Go syntax.
    pub(super) syntax: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Flags {
    /// `%+v` and `%#v` mean something else than these flags do otherwise.
    pub(super) fn of_verb(mut self, verb: char) -> Self {
        if verb == 'v' || verb == 'w' {
            self.syntax = std::mem::take(&mut self.sharp);
            self.names = std::mem::take(&mut self.plus);
        }
        self
    }

    /// A negative width means: pad on the right, and not with zeros.
    pub(super) fn set_width(&mut self, width: i64) {
        self.width = Some(width.unsigned_abs() as usize);
        if width < 0 {
            self.minus = true;
            self.zero = false;
        }
    }
}
