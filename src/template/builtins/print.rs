//! `print`, `println` and `printf`.

use crate::data::{Failure, Str, Value, sprint, sprintf, sprintln};
use crate::template::{Context, Function, Raised, Rest, function};

pub(super) static TABLE: &[Function] =
    &[("print", &function(print)), ("printf", &function(printf)), ("println", &function(println))];

fn print(cx: &mut Context<'_>, values: Rest<Value>) -> Result<Str, Raised> {
    counted(cx, sprint(&values.0))
}

fn println(cx: &mut Context<'_>, values: Rest<Value>) -> Result<Str, Raised> {
    counted(cx, sprintln(&values.0))
}

fn printf(cx: &mut Context<'_>, format: Str, values: Rest<Value>) -> Result<Str, Raised> {
    counted(cx, sprintf(&format, &values.0))
}

/// A text whose size nobody can tell before it is there.
fn counted(cx: &Context<'_>, text: Result<Vec<u8>, Failure>) -> Result<Str, Raised> {
    let text = text?;
    cx.reserve(text.len() as u64)?;
    Ok(text.into())
}
