//! To be written.

use crate::template::Function;

pub(super) static TABLE: &[Function] = &[];
