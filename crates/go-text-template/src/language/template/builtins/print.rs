//! `print`, `println` and `printf`.

use crate::data::{Failure, Str, Value, sprint_behind, sprintf, sprintf_behind, sprintln};
use crate::template::{Context, Function, Raised, Rest, function};

pub(super) static TABLE: &[Function] =
    &[("print", &function(print)), ("printf", &function(printf)), ("println", &function(println))];

fn print(cx: &mut Context<'_>, mut values: Rest<Value>) -> Result<Str, Raised> {
    let start = values.take_text(cx)?.unwrap_or_default();
    counted(cx, start.len(), sprint_behind(start, &values.0))
}

fn println(cx: &mut Context<'_>, values: Rest<Value>) -> Result<Str, Raised> {
    counted(cx, 0, sprintln(&values.0))
}

fn printf(cx: &mut Context<'_>, format: Str, mut values: Rest<Value>) -> Result<Str, Raised> {
    // An index could ask for the first value once more.
    if let Some(format) = format.strip_prefix(b"%s")
        && !format.contains(&b'[')
        && let Some(start) = values.take_text(cx)?
    {
        return counted(cx, start.len(), sprintf_behind(start, format, &values.0));
    }
    counted(cx, 0, sprintf(&format, &values.0))
}

/// A text whose size nobody can tell before it is there, behind the `known` bytes at its start.
fn counted(cx: &Context<'_>, known: usize, text: Result<Vec<u8>, Failure>) -> Result<Str, Raised> {
    let text = text?;
    cx.reserve((text.len() - known) as u64)?;
    Ok(text.into())
}
