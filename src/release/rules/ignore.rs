//! What charts say that a rule need not tell: a comment on the line, or on the line above.

use bstr::ByteSlice;

use super::{Finding, Spot};

/// Whether a comment says that `finding` is meant so. A reason has to be there.
pub(super) fn is_ignored(finding: &Finding) -> bool {
    finding.place.iter().any(|spot| is_ignored_at(finding.rule, spot))
}

fn is_ignored_at(rule: &str, spot: &Spot) -> bool {
    let line = spot.start().line;
    let above = line.checked_sub(1);
    let lines = [Some(line), above].into_iter().flatten();
    lines.filter_map(|line| spot.source.line(line)).any(|line| ignores(line, rule))
}

/// Whether `line` has `# chart:ignore RULE reason` or `{{/* chart:ignore RULE reason */}}`.
fn ignores(line: &[u8], rule: &str) -> bool {
    let Some((before, said)) = line.split_once_str("chart:ignore ") else { return false };
    let before = before.trim_end();
    let said = said.split_once_str("*/").map_or(said, |(said, _)| said);
    let mut words = said.fields();
    let is_comment = before.ends_with(b"#") || before.ends_with(b"/*");
    is_comment && words.next() == Some(rule.as_bytes()) && words.next().is_some()
}
