//! What templates see as `.Files`.

use std::collections::BTreeMap;
use std::sync::Arc;

use bstr::ByteSlice;

use crate::chart::File;
use crate::data::{
    Failure, Kind, List, Map, MapClass, Object, STRING_MAP, Signature, Str, Type, Value,
};
use crate::pattern::Glob;
use crate::yaml;

/// The type of `.Files` seen as a plain map.
static FILES_MAP: MapClass = MapClass::plain(Type::Named("engine.files", Kind::Map), Type::Bytes);

/// The files of a chart, or those of them that a pattern chose.
#[derive(Clone, Debug)]
pub(super) struct Files {
    by_name: Arc<BTreeMap<Str, Str>>,
}

impl Files {
    /// The files `files`; of equal names the last wins.
    pub(super) fn new(files: &[File]) -> Self {
        let by_name = files.iter().map(|file| (file.name.clone(), file.data().clone())).collect();
        Self { by_name: Arc::new(by_name) }
    }

    fn get(&self, name: &Str) -> Str {
        self.by_name.get(name).cloned().unwrap_or_default()
    }

    /// The files whose names match; a pattern that is none chooses all, as in Helm.
    fn glob(&self, pattern: &Str) -> Self {
        let glob = Glob::lenient(pattern);
        let chosen = self.by_name.iter().filter(|(name, _)| glob.matches(name));
        Self {
            by_name: Arc::new(chosen.map(|(name, data)| (name.clone(), data.clone())).collect()),
        }
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
        for (name, data) in self.by_name.iter() {
            let base = name.rsplit_str("/").next().unwrap_or_default();
            map.insert(name.slice_ref(base), Value::String(encode(data)));
        }
        let text = yaml::write(&map.into(), &mut |_| true).unwrap_or_default();
        Str::from(text.strip_suffix(b"\n").unwrap_or(&text))
    }
}

impl Object for Files {
    fn go_type(&self) -> Type {
        FILES_MAP.go_type
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.by_name.get(name.as_bytes()).cloned().map(Value::Bytes)
    }

    fn method(&self, name: &str) -> Option<Signature> {
        let params: &[Type] = match name {
            "Get" | "GetBytes" | "Glob" | "Lines" => &[Type::String],
            "AsConfig" | "AsSecrets" => &[],
            _ => return None,
        };
        Some(Signature { params, rest: None })
    }

    fn call(&self, name: &str, args: &mut [Value]) -> Result<Value, Failure> {
        let argument = match args.first() {
            Some(Value::String(text)) => text.clone(),
            _ => Str::EMPTY,
        };
        Ok(match name {
            "Get" => self.get(&argument).into(),
            "GetBytes" => Value::Bytes(self.get(&argument)),
            "Glob" => Value::object(self.glob(&argument)),
            "Lines" => self.lines(&argument).into(),
            "AsConfig" => self.as_yaml(Str::clone).into(),
            _ => self.as_yaml(|data| data_encoding::BASE64.encode(data).into()).into(),
        })
    }

    fn json(&self) -> Value {
        self.underlying().unwrap_or_default()
    }

    fn underlying(&self) -> Option<Value> {
        let map = Map::of(&FILES_MAP);
        for (name, data) in self.by_name.iter() {
            map.insert(name.clone(), Value::Bytes(data.clone()));
        }
        Some(map.into())
    }
}
