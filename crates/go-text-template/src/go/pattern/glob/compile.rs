//! Turns a glob's parts into a matcher, with the library's short cuts.

use std::ops::Range;

use super::matcher::{Matcher, Split};
use super::parse::Node;

/// The matcher of `node`.
pub(super) fn compile(node: &Node) -> Matcher {
    let matcher = match node {
        Node::AnyOf(alternatives) => match without_shared_parts(alternatives) {
            Some(smaller) => return compile(&smaller),
            None => return Matcher::AnyOf(compile_all(alternatives)),
        },
        Node::Pattern(parts) if parts.is_empty() => Matcher::Nothing,
        Node::Pattern(parts) => sequence(&glue(compile_all(parts))),
        Node::Text(text) => Matcher::text(text.clone()),
        Node::List { chars, not } => Matcher::List { chars: chars.clone(), not: *not },
        Node::Range { low, high, not } => Matcher::Range { low: *low, high: *high, not: *not },
        Node::Any => Matcher::Any,
        Node::Super => Matcher::Super,
        Node::Single => Matcher::Single,
        Node::Nothing => Matcher::Nothing,
    };
    simplify(matcher)
}

fn compile_all(nodes: &[Node]) -> Vec<Matcher> {
    nodes.iter().map(|node| simplify(compile(node))).collect()
}

/// Takes the parts at the start and the end that all alternatives share out of the braces.
fn without_shared_parts(alternatives: &[Node]) -> Option<Node> {
    let alternatives: Vec<&[Node]> = alternatives.iter().map(parts).collect();
    let (left, right) = shared_parts(&alternatives);
    if left.is_empty() && right.is_empty() {
        return None;
    }
    let mut rest: Vec<Node> = Vec::new();
    for alternative in &alternatives {
        let middle = &alternative[left.len()..alternative.len() - right.len()];
        let node = if middle.is_empty() { Node::Nothing } else { Node::Pattern(middle.to_vec()) };
        if !rest.contains(&node) {
            rest.push(node);
        }
    }
    let mut result = Vec::new();
    if !left.is_empty() {
        result.push(Node::Pattern(left));
    }
    match rest.as_slice() {
        [Node::Nothing] => {}
        [_] => result.append(&mut rest),
        _ => result.push(Node::AnyOf(rest)),
    }
    if !right.is_empty() {
        result.push(Node::Pattern(right));
    }
    Some(Node::Pattern(result))
}

fn parts(alternative: &Node) -> &[Node] {
    match alternative {
        Node::Pattern(parts) => parts,
        other => std::slice::from_ref(other),
    }
}

/// The parts that all alternatives start with, and those that all end with.
fn shared_parts(alternatives: &[&[Node]]) -> (Vec<Node>, Vec<Node>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let shortest = alternatives.iter().min_by_key(|parts| parts.len());
    let Some(&shortest) = shortest.filter(|_| alternatives.len() > 1) else {
        return (left, right);
    };
    let len = shortest.len();
    let (mut left_ended, mut right_ended) = (false, false);
    for i in 0..len {
        let j = len - 1 - i;
        if left.len() + right.len() >= len || (left_ended && right_ended) {
            break;
        }
        left_ended |= alternatives.iter().any(|parts| parts[i] != shortest[i]);
        right_ended |= !left_ended && j <= i;
        right_ended |= alternatives.iter().any(|parts| parts[parts.len() - len + j] != shortest[j]);
        if !left_ended {
            left.push(shortest[i].clone());
        }
        if !right_ended {
            right.insert(0, shortest[j].clone());
        }
    }
    (left, right)
}

/// Glues the longest run of matchers that one matcher can stand for, again and again.
fn glue(mut matchers: Vec<Matcher>) -> Vec<Matcher> {
    while let Some(run) = best_run(&matchers) {
        let Some(glued) = glue_run(&matchers[run.clone()]) else { break };
        matchers.splice(run, [glued]);
    }
    matchers
}

/// The run to glue: the longest one, unless it and a later one have fixed lengths and that one's is
/// larger.
fn best_run(matchers: &[Matcher]) -> Option<Range<usize>> {
    let mut best: Option<(Range<usize>, Option<usize>)> = None;
    for (start, (wildcards, fixed)) in run_ends(matchers).into_iter().enumerate() {
        let run = start..wildcards.max(fixed);
        if run.len() < 2 {
            continue;
        }
        let len = if wildcards < fixed { row_len(&matchers[run.clone()]) } else { None };
        let better = best.as_ref().is_none_or(|(done, done_len)| {
            let larger = matches!((done_len, len), (Some(a), Some(b)) if b > *a);
            larger || done.len() < run.len()
        });
        if better {
            best = Some((run, len));
        }
    }
    best.map(|(run, _)| run)
}

/// For each matcher, how far those from it on are wildcards that stop at the same characters, and
/// how far they have fixed lengths.
fn run_ends(matchers: &[Matcher]) -> Vec<(usize, usize)> {
    let mut ends = vec![(0, 0); matchers.len()];
    let (mut next_stops, mut wildcards, mut fixed) = (None, matchers.len(), matchers.len());
    for (at, matcher) in matchers.iter().enumerate().rev() {
        let stops = matcher.stops();
        if stops.is_none() || stops != next_stops {
            wildcards = at + usize::from(stops.is_some());
        }
        if matcher.len().is_none() {
            fixed = at;
        }
        ends[at] = (wildcards.max(at), fixed.max(at));
        next_stops = stops;
    }
    ends
}

/// The length of matchers of fixed length that follow each other.
fn row_len(matchers: &[Matcher]) -> Option<usize> {
    matchers.iter().map(Matcher::len).sum()
}

fn glue_run(matchers: &[Matcher]) -> Option<Matcher> {
    if matchers.len() < 2 {
        return None;
    }
    glue_wildcards(matchers).or_else(|| glue_row(matchers))
}

/// One matcher for wildcards that stop at the same characters.
fn glue_wildcards(matchers: &[Matcher]) -> Option<Matcher> {
    let stops = matchers[0].stops()?;
    let (mut any, mut all, mut min) = (false, false, 0);
    for matcher in matchers {
        if matcher.stops()? != stops {
            return None;
        }
        match matcher {
            Matcher::Any => any = true,
            Matcher::Super => all = true,
            _ => min += 1,
        }
    }
    if min == 0 {
        return Some(if all { Matcher::Super } else { Matcher::Any });
    }
    let mut every = vec![Matcher::Min(min)];
    if !any {
        every.push(Matcher::Max(min));
    }
    let needle = stops.iter().collect::<String>().into_bytes();
    every.push(Matcher::Contains { needle, not: true });
    Some(Matcher::EveryOf(every))
}

/// One matcher for several of fixed length.
fn glue_row(matchers: &[Matcher]) -> Option<Matcher> {
    let len = row_len(matchers)?;
    Some(Matcher::Row { matchers: matchers.to_vec(), len })
}

/// A matcher for matchers that follow each other: cut at the last of the longest fixed ones.
fn sequence(matchers: &[Matcher]) -> Matcher {
    if let [only] = matchers {
        return only.clone();
    }
    if let Some(glued) = glue_run(matchers) {
        return glued;
    }
    let fixed = matchers.iter().enumerate().filter_map(|(at, matcher)| Some((matcher.len()?, at)));
    // Without a fixed one, the first is the place to cut.
    let at = fixed.max().map_or(0, |(_, at)| at);
    let side = |matchers: &[Matcher]| (!matchers.is_empty()).then(|| sequence(matchers));
    let (left, right) = (side(&matchers[..at]), side(&matchers[at + 1..]));
    Matcher::Split(Box::new(Split::new(matchers[at].clone(), left, right)))
}

/// Takes a short cut if there is one for `matcher`.
fn simplify(matcher: Matcher) -> Matcher {
    match matcher {
        Matcher::AnyOf(mut matchers) if matchers.len() == 1 => matchers.remove(0),
        Matcher::List { chars, not: false } if chars.len() == 1 => {
            Matcher::text(chars.iter().collect::<String>().into_bytes())
        }
        Matcher::Split(split) => simplify_split(*split),
        other => other,
    }
}

fn simplify_split(mut split: Split) -> Matcher {
    split.left = split.left.map(simplify);
    split.right = split.right.map(simplify);
    let Matcher::Text { text, .. } = &split.value else {
        return Matcher::Split(Box::new(split));
    };
    let text = text.clone();
    match (&split.left, &split.right) {
        (None, None) => Matcher::text(text),
        (Some(Matcher::Super), Some(Matcher::Super)) => {
            Matcher::Contains { needle: text, not: false }
        }
        (Some(Matcher::Super), None) => Matcher::Suffix(text),
        (None, Some(Matcher::Super)) => Matcher::Prefix(text),
        (None, Some(Matcher::Suffix(suffix))) => {
            Matcher::PrefixSuffix { prefix: text, suffix: suffix.clone() }
        }
        (Some(Matcher::Prefix(prefix)), None) => {
            Matcher::PrefixSuffix { prefix: prefix.clone(), suffix: text }
        }
        (Some(Matcher::Any), None) => Matcher::SuffixAny(text),
        (None, Some(Matcher::Any)) => Matcher::PrefixAny(text),
        _ => Matcher::Split(Box::new(split)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The run that the library finds, which tries to glue all of them.
    fn best_of_all_runs(matchers: &[Matcher]) -> Option<Range<usize>> {
        let mut best: Option<(Matcher, Range<usize>)> = None;
        for start in 0..matchers.len() {
            for end in (start + 1..=matchers.len()).rev() {
                let Some(glued) = glue_run(&matchers[start..end]) else { continue };
                let better = best.as_ref().is_none_or(|(done, run)| {
                    let longer = matches!((done.len(), glued.len()), (Some(a), Some(b)) if b > a);
                    longer || run.len() < end - start
                });
                if better {
                    best = Some((glued, start..end));
                }
            }
        }
        best.map(|(_, run)| run)
    }

    #[test]
    fn the_run_to_glue_is_the_one_that_the_library_finds() {
        let kinds = [
            Matcher::Any,
            Matcher::Super,
            Matcher::Single,
            Matcher::List { chars: vec!['/'], not: true },
            Matcher::List { chars: vec!['x'], not: false },
            Matcher::text(b"abc".to_vec()),
            Matcher::AnyOf(vec![Matcher::text(b"a".to_vec()), Matcher::text(b"bc".to_vec())]),
        ];
        for number in 0..kinds.len().pow(5) {
            let kind = |place| kinds[number / kinds.len().pow(place) % kinds.len()].clone();
            let matchers: Vec<Matcher> = (0..5).map(kind).collect();
            assert_eq!(best_run(&matchers), best_of_all_runs(&matchers), "{matchers:?}");
        }
    }
}
