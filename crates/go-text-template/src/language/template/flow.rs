//! Which of the data that a template was given each of its nodes reads.
//!
//! In a normal render nobody asks. A recorder asks at every key: maps and lists of the data are known
//! by their identity, whatever variable or dot they are reached through, so `.tag` inside a `with` is
//! known to be `.Values.image.tag`. What a function makes of such values is known by what it was made
//! from.

use std::collections::HashMap;

use crate::data::{Map, Str, Value};

/// A step from a map or a list of the data to what is in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataStep {
    /// To the value of a key.
    Key(Str),
    /// To the element of a list, counted from 0.
    Index(usize),
}

/// Something in the data that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataRead {
    /// The way there from the top of the data.
    pub path: Vec<DataStep>,
    /// False for a guess: something was read from a map that was made from the map above, and has
    /// its value from there only if there is one.
    pub is_certain: bool,
    /// The key of a map that a template made, under which the value was put into it.
    pub key: Option<Str>,
}

/// The number of a path that was met.
type PathId = usize;

/// What tells maps and lists apart.
type Identity = (usize, u32, u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    path: PathId,
    is_certain: bool,
    /// The number of the key of a map that a template made, under which it was put into it.
    key: Option<usize>,
}

impl Read {
    /// What certainly was read.
    fn of(path: PathId) -> Self {
        Self { path, is_certain: true, key: None }
    }
}

/// What has been read so far, and by which ways values went.
#[derive(Debug)]
pub(super) struct Flow {
    /// Each path as a step behind an earlier one; the first is the data itself.
    paths: Vec<(PathId, DataStep)>,
    numbers: HashMap<(PathId, DataStep), PathId>,
    /// The maps and lists of the data.
    known: HashMap<Identity, PathId>,
    /// What the values of keys were made from, in maps that were made.
    parts: HashMap<Identity, Vec<(Str, Vec<Read>)>>,
    /// The keys of such maps.
    keys: Vec<Str>,
    /// What maps and lists were made from.
    made: HashMap<Identity, Vec<Read>>,
    /// What variables hold, by their places.
    variables: HashMap<usize, Vec<Read>>,
    /// Where the dots under way came from, innermost last.
    dots: Vec<Vec<Read>>,
    /// What the nodes under way have read.
    reads: Vec<Read>,
    /// Where the reads of the pipeline under way begin.
    pipeline: usize,
    /// What a template that is called now gets as its dot.
    passed: Vec<Read>,
    /// Values that have to stay, since their identities are known.
    held: Vec<Value>,
}

impl Flow {
    /// Nothing has been read of `data` yet.
    pub(super) fn new(data: &Value) -> Self {
        let mut flow = Self {
            paths: vec![(0, DataStep::Index(0))],
            numbers: HashMap::new(),
            known: HashMap::new(),
            parts: HashMap::new(),
            keys: Vec::new(),
            made: HashMap::new(),
            variables: HashMap::new(),
            dots: Vec::new(),
            reads: Vec::new(),
            pipeline: 0,
            passed: Vec::new(),
            held: Vec::new(),
        };
        flow.know(data, 0);
        flow
    }

    /// Where the reads of a node begin that begins now.
    pub(super) fn mark(&self) -> usize {
        self.reads.len()
    }

    /// A pipeline begins; gives what [`Flow::leave_pipeline`] wants back.
    pub(super) fn enter_pipeline(&mut self) -> usize {
        std::mem::replace(&mut self.pipeline, self.reads.len())
    }

    pub(super) fn leave_pipeline(&mut self, outer: usize) {
        self.pipeline = outer;
    }

    /// The reads since `mark`, which are those of a node that ends now.
    pub(super) fn take(&mut self, mark: usize) -> Vec<Read> {
        let reads = self.reads.split_off(mark.min(self.reads.len()));
        self.pruned(&reads)
    }

    /// Adds what others have read.
    pub(super) fn add(&mut self, reads: &[Read]) {
        self.reads.extend_from_slice(reads);
    }

    /// The key `name` of `map` was read, and is `value`.
    pub(super) fn key(&mut self, map: &Map, name: &[u8], value: Option<&Value>) {
        let identity = of_map(map);
        if let Some(&path) = self.known.get(&identity) {
            return self.step(path, DataStep::Key(name.into()), value);
        }
        let parts = self.parts.get(&identity);
        let part = parts.and_then(|parts| parts.iter().rfind(|(key, _)| **key == *name));
        if let Some((_, part)) = part {
            self.reads.extend(part);
        } else if let Some(made) = self.made.get(&identity) {
            let step = DataStep::Key(name.into());
            let guessed: Vec<Read> =
                made.clone().into_iter().map(|read| self.guess(read, step.clone())).collect();
            self.reads.extend(&guessed);
            if let Some(value) = value {
                self.make(value, guessed);
            }
        }
    }

    /// A value was reached by `steps` from `container`, by a function such as `index`.
    pub(super) fn looked_up(&mut self, container: &Value, steps: Vec<DataStep>, value: &Value) {
        let Some(&path) = identity(container).and_then(|identity| self.known.get(&identity)) else {
            return;
        };
        let path = steps.into_iter().fold(path, |path, step| self.number(path, step));
        self.reads.push(Read::of(path));
        self.know(value, path);
    }

    /// The dot was read, which is `value`.
    pub(super) fn dot(&mut self, value: &Value) {
        match identity(value) {
            Some(identity) => self.whole(identity),
            None => {
                let reads = self.dots.last().cloned().unwrap_or_default();
                self.reads.extend(reads);
            }
        }
    }

    /// The variable at `place` was read, which is `value`.
    pub(super) fn variable(&mut self, place: usize, value: &Value) {
        match identity(value) {
            Some(identity) => self.whole(identity),
            None => {
                let reads = self.variables.get(&place).cloned().unwrap_or_default();
                self.reads.extend(reads);
            }
        }
    }

    /// The variable at `place` gets what the pipeline under way has read.
    pub(super) fn assign(&mut self, place: usize) {
        let reads = self.pruned(&self.reads[self.pipeline..]);
        self.variables.insert(place, reads);
    }

    /// A variable gets the element of a loop that has just begun a turn.
    pub(super) fn assign_dot(&mut self, place: usize) {
        let reads = self.dots.last().cloned().unwrap_or_default();
        self.variables.insert(place, reads);
    }

    /// From now on the dot is what `reads` give.
    pub(super) fn enter_dot(&mut self, reads: Vec<Read>) {
        self.dots.push(reads);
    }

    pub(super) fn leave_dot(&mut self) {
        self.dots.pop();
    }

    /// What the element of `container` behind `step` was read from, if the loop's pipeline has read
    /// `reads`.
    pub(super) fn element(
        &mut self,
        container: &Value,
        step: DataStep,
        value: &Value,
        reads: &[Read],
    ) -> Vec<Read> {
        let path = identity(container).and_then(|identity| self.known.get(&identity)).copied();
        if let Some(path) = path {
            let path = self.number(path, step);
            self.know(value, path);
            return vec![Read::of(path)];
        }
        if let Some(put) = self.put_under(container, &step, reads) {
            self.make(value, put.clone());
            return put;
        }
        let guessed: Vec<Read> = reads.iter().map(|read| self.guess(*read, step.clone())).collect();
        let all = [reads, &guessed].concat();
        self.make(value, all.clone());
        all
    }

    /// What a template put under the key `step` into the map `container`, which was made from `reads`.
    fn put_under(&self, container: &Value, step: &DataStep, reads: &[Read]) -> Option<Vec<Read>> {
        let DataStep::Key(key) = step else { return None };
        let parts = identity(container).and_then(|identity| self.parts.get(&identity));
        if let Some((_, part)) = parts.and_then(|parts| parts.iter().rfind(|(name, _)| name == key))
        {
            return Some(part.clone());
        }
        let is_put = |read: &&Read| read.key.is_some_and(|name| self.keys[name] == *key);
        let put: Vec<Read> = reads.iter().filter(is_put).copied().collect();
        (!put.is_empty()).then_some(put)
    }

    /// A template is about to be called with what was read since `mark`, which only it reads then.
    pub(super) fn pass(&mut self, mark: usize) {
        self.passed = self.reads.split_off(mark.min(self.reads.len()));
    }

    /// What the template that begins now was passed.
    pub(super) fn passed(&mut self) -> Vec<Read> {
        std::mem::take(&mut self.passed)
    }

    /// A function gave `value`, made from what the pipeline under way has read.
    pub(super) fn returned(&mut self, value: &Value) {
        let reads = self.pruned(&self.reads[self.pipeline.min(self.reads.len())..]);
        self.make(value, reads);
    }

    /// The key `name` of the new map `value` was made from the reads from `start` to `end`.
    pub(super) fn part(&mut self, value: &Value, name: &Str, start: usize, end: usize) {
        let Some(identity) = identity(value) else { return };
        let reads = self.pruned(&self.reads[start..end]);
        self.parts.entry(identity).or_default().push((name.clone(), reads));
    }

    /// The new map `value` is made of its parts, and of nothing else that was read since `mark`.
    pub(super) fn made_of_parts(&mut self, value: &Value, mark: usize) {
        self.reads.truncate(mark);
        if let Some(identity) = identity(value) {
            self.whole(identity);
        }
    }

    /// What was read, for those who ask.
    pub(super) fn shown(&self, reads: &[Read]) -> Vec<DataRead> {
        let shown = |read: &Read| DataRead {
            path: self.steps(read.path).into_iter().cloned().collect(),
            is_certain: read.is_certain,
            key: read.key.map(|key| self.keys[key].clone()),
        };
        reads.iter().map(shown).collect()
    }

    fn step(&mut self, from: PathId, step: DataStep, value: Option<&Value>) {
        let path = self.number(from, step);
        self.reads.push(Read::of(path));
        if let Some(value) = value {
            self.know(value, path);
        }
    }

    fn guess(&mut self, read: Read, step: DataStep) -> Read {
        Read { path: self.number(read.path, step), is_certain: false, key: None }
    }

    /// A map or list as a whole was read.
    fn whole(&mut self, identity: Identity) {
        if let Some(&path) = self.known.get(&identity) {
            self.reads.push(Read::of(path));
        } else if let Some(parts) = self.parts.get(&identity).cloned() {
            parts.iter().for_each(|(key, reads)| self.put(key, reads));
        } else if let Some(made) = self.made.get(&identity) {
            self.reads.extend(made.clone());
        }
    }

    /// Reads that were put under `key` into a map.
    fn put(&mut self, key: &Str, reads: &[Read]) {
        self.keys.push(key.clone());
        let key = Some(self.keys.len() - 1);
        self.reads.extend(reads.iter().map(|read| Read { key, ..*read }));
    }

    fn know(&mut self, value: &Value, path: PathId) {
        let Some(identity) = identity(value) else { return };
        if let std::collections::hash_map::Entry::Vacant(entry) = self.known.entry(identity) {
            entry.insert(path);
            self.held.push(value.clone());
        }
    }

    fn make(&mut self, value: &Value, reads: Vec<Read>) {
        let Some(identity) = identity(value) else { return };
        if !reads.is_empty() && !self.known.contains_key(&identity) {
            self.made.insert(identity, reads);
            self.held.push(value.clone());
        }
    }

    fn number(&mut self, from: PathId, step: DataStep) -> PathId {
        let next = self.paths.len();
        let number = *self.numbers.entry((from, step.clone())).or_insert(next);
        if number == next {
            self.paths.push((from, step));
        }
        number
    }

    fn steps(&self, mut path: PathId) -> Vec<&DataStep> {
        let mut steps = Vec::new();
        while path != 0 {
            let (above, step) = &self.paths[path];
            steps.push(step);
            path = *above;
        }
        steps.reverse();
        steps
    }

    /// `reads` without doubles, and without what only led to others of them.
    fn pruned(&self, reads: &[Read]) -> Vec<Read> {
        let mut kept: Vec<Read> = Vec::new();
        for read in reads {
            if !kept.contains(read) {
                kept.push(*read);
            }
        }
        let above: Vec<PathId> = kept
            .iter()
            .filter(|read| read.is_certain)
            .flat_map(|read| self.ancestors(read.path))
            .collect();
        kept.retain(|read| !above.contains(&read.path));
        kept
    }

    fn ancestors(&self, path: PathId) -> impl Iterator<Item = PathId> + '_ {
        let above = move |path: &PathId| (*path != 0).then(|| self.paths[*path].0);
        std::iter::successors(above(&path), above)
    }
}

impl Default for Flow {
    fn default() -> Self {
        Self::new(&Value::Nil)
    }
}

fn of_map(map: &Map) -> Identity {
    (map.identity(), 0, u32::MAX)
}

fn identity(value: &Value) -> Option<Identity> {
    match value {
        Value::Map(map) => Some(of_map(map)),
        Value::List(list) if !list.is_empty() => Some(list.identity()),
        Value::Object(object) => match object.underlying()? {
            Value::Map(map) => Some(of_map(&map)),
            _ => None,
        },
        _ => None,
    }
}
