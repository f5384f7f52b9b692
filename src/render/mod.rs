//! To be written.

mod wording;
