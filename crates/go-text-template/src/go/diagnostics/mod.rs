//! Where things are, and how trouble is shown: sources, spans and the picture with the caret.
//!
//! Nothing here knows what the text means. Lines and columns are computed only when asked for.

mod secret;
mod snippet;
mod similar;
mod source;
mod visible;

pub use secret::{is_secret, leads_to_secret, masked_argument};
pub use similar::{closest, edit_distance};
pub use snippet::Snippet;
pub use source::{LineColumn, Source, Span};
pub use visible::{ERASE_LINE, STYLES, visible, write_styled};
