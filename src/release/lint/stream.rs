//! The objects of a text that may be YAML or JSON, one after another as Kubernetes' decoder takes them.

use go_text_template::data::{Str, Tree};
use go_text_template::json;
use go_text_template::yaml::{self, Shape};

/// The objects of `text`, up to the first that is none; a null stands where there is no object.
pub(super) fn objects(text: &Str, shape: &'static Shape) -> Vec<Result<Tree, String>> {
    let mut found = Vec::new();
    let mut rest = text.clone();
    let mut fault = None;
    if is_json(&rest) {
        loop {
            match next_json(&rest, text.len() - rest.len(), shape) {
                Next::End => return found,
                Next::Object(tree, read) => {
                    found.push(Ok(tree));
                    rest = rest.slice(read..);
                }
                // With two objects behind it, the text is JSON for good.
                Next::Fault { plain, .. } if found.len() > 1 => {
                    found.push(Err(plain));
                    return found;
                }
                Next::Fault { placed, .. } => {
                    fault = Some(placed);
                    break;
                }
            }
        }
        let Some(start) = behind_blanks(&rest) else {
            found.push(Err(fault.unwrap_or_default()));
            return found;
        };
        rest = rest.slice(start..);
    }
    for part in yaml::split(&rest) {
        let read = part
            .map_err(|error| error.to_string())
            .and_then(|part| yaml::read_as(&part.text, shape).map_err(|error| error.to_string()));
        let is_fault = read.is_err();
        // What was wrong with the JSON is told only where the YAML is wrong as well.
        found.push(read.map_err(|error| fault.clone().unwrap_or(error)));
        if is_fault {
            break;
        }
        fault = None;
    }
    found
}

fn is_json(text: &[u8]) -> bool {
    /// How far the decoder looks.
    const LOOK: usize = 4096;
    bstr::ByteSlice::trim_start(&text[..text.len().min(LOOK)]).starts_with(b"{")
}

/// What comes next in a stream of JSON.
enum Next {
    End,
    /// An object, and how many bytes it took.
    Object(Tree, usize),
    /// What is wrong, in Go's words and with the place in front of them.
    Fault {
        plain: String,
        placed: String,
    },
}

fn next_json(text: &Str, start: usize, shape: &'static Shape) -> Next {
    if text.iter().all(u8::is_ascii_whitespace) {
        return Next::End;
    }
    match json::read_prefix(text) {
        Ok((tree, read)) => match yaml::fit(tree, shape) {
            Ok(tree) => Next::Object(tree, read),
            Err(error) => Next::Fault { plain: error.clone(), placed: error },
        },
        Err(error) => {
            let plain = error.to_string();
            let is_cut = matches!(error.problem(), json::Problem::UnexpectedEnd { .. });
            let offset = start + error.offset() + 1;
            let placed =
                if is_cut { plain.clone() } else { format!("json: offset {offset}: {plain}") };
            Next::Fault { plain, placed }
        }
    }
}

/// Where the text goes on behind its blanks, the first line break being the last of them.
fn behind_blanks(text: &[u8]) -> Option<usize> {
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let line = text[..blanks].iter().position(|&byte| byte == b'\n').map(|at| at + 1);
    line.or((blanks < text.len()).then_some(blanks))
}
