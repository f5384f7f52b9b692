//! What templates see as `.Files`.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use bstr::ByteSlice;

use crate::model::File;
use go_text_template::data::{
    Failure, Kind, List, Map, MapClass, Object, Purse, STRING_MAP, Signature, Str, Type, Value,
};
use go_text_template::pattern::{Glob, Meter};
use go_text_template::yaml;

/// The type of `.Files` seen as a plain map.
static FILES_MAP: MapClass = MapClass::plain(Type::Named("engine.files", Kind::Map), Type::Bytes);

/// The files of a chart, or those of them that a pattern chose.
#[derive(Clone, Debug)]
pub(super) struct Files {
    all: Arc<Vec<File>>,
    by_name: OnceCell<Rc<BTreeMap<Str, File>>>,
}

impl Files {
    /// The files `files`; of equal names the last wins.
    pub(super) fn new(files: &Arc<Vec<File>>) -> Self {
        Self { all: files.clone(), by_name: OnceCell::new() }
    }

    /// The files by name, sorted out when they are first asked for.
    fn by_name(&self) -> &BTreeMap<Str, File> {
        let named = |file: &File| (file.name.clone(), file.clone());
        self.by_name.get_or_init(|| Rc::new(self.all.iter().map(named).collect()))
    }

    fn get(&self, name: &Str) -> Str {
        self.by_name().get(name).map(File::data).cloned().unwrap_or_default()
    }

    /// The files whose names match; a pattern that is none chooses all, as in Helm.
    fn glob(&self, pattern: &Str, meter: &Paid<'_>) -> Result<Self, Unpaid> {
        let glob = Glob::lenient(pattern, meter)?;
        let mut chosen = Vec::new();
        for file in self.by_name().values() {
            if glob.matches(&file.name, meter)? {
                meter.memory(size_of::<File>() as u64)?;
                chosen.push(file.clone());
            }
        }
        Ok(Self::new(&Arc::new(chosen)))
    }

    /// Pays for all files and so many bytes for each of theirs.
    fn pay(&self, meter: &Paid<'_>, bytes_per_byte: u64) -> Result<(), Unpaid> {
        let files = self.by_name().values();
        let bytes: u64 = files.map(|file| file.size() + file.name.len() as u64).sum();
        meter.work(self.all.len() as u64 + bytes / BYTES_PER_STEP)?;
        meter.memory(bytes.saturating_mul(bytes_per_byte))
    }

    fn pay_for_lines(&self, name: &Str, meter: &Paid<'_>) -> Result<(), Unpaid> {
        let data = self.get(name);
        meter.work(data.len() as u64 / BYTES_PER_STEP)?;
        let lines = data.find_iter("\n").count() as u64;
        meter.memory((lines + 1) * size_of::<Value>() as u64)
    }

    fn call_paid(&self, name: &str, argument: &Str, meter: &Paid<'_>) -> Result<Value, Unpaid> {
        Ok(match name {
            "Get" => self.get(argument).into(),
            "GetBytes" => Value::Bytes(self.get(argument)),
            "Glob" => Value::object(self.glob(argument, meter)?),
            "Lines" => {
                self.pay_for_lines(argument, meter)?;
                self.lines(argument).into()
            }
            "AsConfig" => {
                self.pay(meter, 2)?;
                self.as_yaml(Str::clone).into()
            }
            _ => {
                self.pay(meter, 3)?;
                self.as_yaml(|data| data_encoding::BASE64.encode(data).into()).into()
            }
        })
    }

    fn lines(&self, name: &Str) -> List {
        let data = self.get(name);
        if data.is_empty() {
            return List::strings(Vec::new());
        }
        let text = data.strip_suffix(b"\n").unwrap_or(&data);
        List::strings(text.split_str("\n").map(|line| data.slice_ref(line)).collect())
    }

    /// The YAML map from base names to what `encode` makes of the contents.
    fn as_yaml(&self, encode: impl Fn(&Str) -> Str) -> Str {
        let map = Map::of(&STRING_MAP);
        for (name, file) in self.by_name() {
            let base = name.rsplit_str("/").next().unwrap_or_default();
            map.insert(name.slice_ref(base), Value::String(encode(file.data())));
        }
        let text = yaml::write(&map.into(), &mut |_| true).unwrap_or_default();
        Str::from(text.strip_suffix(b"\n").unwrap_or(&text))
    }
}

/// So many bytes of files are looked through in the time of a step.
const BYTES_PER_STEP: u64 = 8;

/// Takes from a purse what patterns and files cost.
struct Paid<'p>(&'p dyn Purse);

/// The purse is empty.
struct Unpaid;

impl Meter for Paid<'_> {
    type Refusal = Unpaid;

    fn work(&self, steps: u64) -> Result<(), Unpaid> {
        if self.0.work(steps) { Ok(()) } else { Err(Unpaid) }
    }

    fn memory(&self, bytes: u64) -> Result<(), Unpaid> {
        if self.0.memory(bytes) { Ok(()) } else { Err(Unpaid) }
    }
}

impl Object for Files {
    fn go_type(&self) -> Type {
        FILES_MAP.go_type
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.by_name().get(name.as_bytes()).map(|file| Value::Bytes(file.data().clone()))
    }

    fn method(&self, name: &str) -> Option<Signature> {
        let params: &[Type] = match name {
            "Get" | "GetBytes" | "Glob" | "Lines" => &[Type::String],
            "AsConfig" | "AsSecrets" => &[],
            _ => return None,
        };
        Some(Signature { params, rest: None })
    }

    fn call_for(
        &self,
        name: &str,
        args: &mut [Value],
        purse: &dyn Purse,
    ) -> Result<Value, Failure> {
        let argument = match args.first() {
            Some(Value::String(text)) => text.clone(),
            _ => Str::EMPTY,
        };
        Ok(self.call_paid(name, &argument, &Paid(purse)).unwrap_or_default())
    }

    fn json(&self) -> Value {
        self.underlying().unwrap_or_default()
    }

    fn text_bytes(&self) -> Option<u64> {
        // Each byte is printed as a number; most have three digits.
        Some(self.all.iter().map(|file| file.name.len() as u64 + file.size() * 4).sum())
    }

    fn underlying(&self) -> Option<Value> {
        let map = Map::of(&FILES_MAP);
        for (name, file) in self.by_name() {
            map.insert(name.clone(), Value::Bytes(file.data().clone()));
        }
        Some(map.into())
    }
}
