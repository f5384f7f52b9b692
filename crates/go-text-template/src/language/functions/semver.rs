//! Semantic versions.

use std::rc::Rc;

use crate::data::{Failure, IntKind, Kind, Object, Signature, Str, Type, Value};
use crate::semver::{Constraint, Part, Version};
use crate::template::{Function, function};

pub(super) static TABLE: &[Function] =
    &[("semver", &function(semver)), ("semverCompare", &function(semver_compare))];

/// The semantic version that `version` stands for, with fields to ask for as methods.
///
/// ```text
/// {{ semver "v1.2" }}                        -> 1.2.0
/// {{ (semver "1.2.3-rc.1+b").Prerelease }}   -> rc.1
/// {{ (semver "v1.2.3").IncMinor }}           -> 1.3.0
/// {{ (semver "1.2.3").Compare (semver "2") }} -> -1
/// {{ semver "1.2.3.4" }}                     -> error: invalid semantic version
/// ```
fn semver(version: Str) -> Result<Value, Failure> {
    Ok(pointer_to(Version::parse(&version)?))
}

/// True if `version` fits `constraint`.
///
/// ```text
/// {{ semverCompare ">=1.19-0" "1.20.4-gke.1" }}   -> true
/// {{ semverCompare "^0.2.3" "0.3.0" }}            -> false
/// {{ semverCompare "==1.0" "1.0.0" }}             -> error: improper constraint: "==1.0"
/// ```
fn semver_compare(constraint: Str, version: Str) -> Result<bool, Failure> {
    let constraint = Constraint::parse(&constraint)?;
    Ok(constraint.check(&Version::parse(&version)?))
}

fn pointer_to(version: Version) -> Value {
    Value::object(VersionPointer(Rc::new(version)))
}

fn plain(version: Version) -> Value {
    Value::object(PlainVersion(version))
}

const POINTER: Type = Type::Named("*semver.Version", Kind::Pointer);
const NO_PARAMS: Signature = Signature { params: &[], rest: None };
const ONE_STRING: Signature = Signature { params: &[Type::String], rest: None };
const ONE_VERSION: Signature = Signature { params: &[POINTER], rest: None };

/// `*semver.Version`, what `semver` gives.
#[derive(Debug)]
struct VersionPointer(Rc<Version>);

impl Object for VersionPointer {
    fn go_type(&self) -> Type {
        POINTER
    }

    fn method(&self, name: &str) -> Option<Signature> {
        match name {
            "Original" => Some(NO_PARAMS),
            "Compare" | "Equal" | "LessThan" | "LessThanEqual" | "GreaterThan"
            | "GreaterThanEqual" => Some(ONE_VERSION),
            _ => plain_method(name),
        }
    }

    fn call(&self, name: &str, args: &mut [Value]) -> Result<Value, Failure> {
        let version = &self.0;
        match name {
            "Original" => Ok(Value::String(version.original().clone())),
            "Compare" | "Equal" | "LessThan" | "LessThanEqual" | "GreaterThan"
            | "GreaterThanEqual" => compare(version, name, &args[0]),
            _ => call_plain(version, name, args),
        }
    }

    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        fields(&self.0)
    }

    fn string(&self) -> Option<Str> {
        Some(self.0.to_string().into())
    }

    fn json(&self) -> Value {
        self.0.to_string().into()
    }

    fn deep_copy(&self) -> Option<Value> {
        Some(pointer_to(Version::default()))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn std::any::Any)
            .downcast_ref()
            .is_some_and(|other: &Self| Rc::ptr_eq(&self.0, &other.0) || self.0 == other.0)
    }
}

/// `semver.Version`, what methods of a version give; only methods with a value receiver work on it.
#[derive(Debug)]
struct PlainVersion(Version);

impl Object for PlainVersion {
    fn go_type(&self) -> Type {
        Type::Named("semver.Version", Kind::Struct)
    }

    fn method(&self, name: &str) -> Option<Signature> {
        plain_method(name)
    }

    fn call(&self, name: &str, args: &mut [Value]) -> Result<Value, Failure> {
        call_plain(&self.0, name, args)
    }

    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        fields(&self.0)
    }

    fn string(&self) -> Option<Str> {
        Some(self.0.to_string().into())
    }

    fn json(&self) -> Value {
        self.0.to_string().into()
    }

    fn deep_copy(&self) -> Option<Value> {
        Some(plain(Version::default()))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn std::any::Any).downcast_ref().is_some_and(|other: &Self| self.0 == other.0)
    }
}

/// The fields of a version, none of which is exported.
fn fields(version: &Version) -> Vec<(&'static str, Value)> {
    vec![
        ("major", uint64(version.major())),
        ("minor", uint64(version.minor())),
        ("patch", uint64(version.patch())),
        ("pre", version.prerelease().clone().into()),
        ("metadata", version.metadata().clone().into()),
        ("original", version.original().clone().into()),
    ]
}

fn uint64(number: u64) -> Value {
    Value::Int(IntKind::Uint64, number.cast_signed())
}

fn plain_method(name: &str) -> Option<Signature> {
    match name {
        "Major" | "Minor" | "Patch" | "Prerelease" | "Metadata" | "String" | "Value"
        | "IncMajor" | "IncMinor" | "IncPatch" | "MarshalJSON" | "MarshalText" => Some(NO_PARAMS),
        "SetPrerelease" | "SetMetadata" => Some(ONE_STRING),
        _ => None,
    }
}

fn call_plain(version: &Version, name: &str, args: &mut [Value]) -> Result<Value, Failure> {
    Ok(match name {
        "Major" => uint64(version.major()),
        "Minor" => uint64(version.minor()),
        "Patch" => uint64(version.patch()),
        "Prerelease" => Value::String(version.prerelease().clone()),
        "Metadata" => Value::String(version.metadata().clone()),
        "IncMajor" => plain(version.increment(Part::Major)?),
        "IncMinor" => plain(version.increment(Part::Minor)?),
        "IncPatch" => plain(version.increment(Part::Patch)?),
        "SetPrerelease" => plain(version.with_prerelease(text(&args[0]))?),
        "SetMetadata" => plain(version.with_metadata(text(&args[0]))?),
        "MarshalJSON" => Value::Bytes(format!("\"{version}\"").into()),
        "MarshalText" => Value::Bytes(version.to_string().into()),
        _ => Value::from(version.to_string()),
    })
}

fn text(value: &Value) -> Str {
    match value {
        Value::String(text) => text.clone(),
        other => unreachable!("a {} was passed for a string", other.go_type()),
    }
}

/// Calls one of the methods that take another version, which may be a nil pointer.
fn compare(version: &Version, method: &str, other: &Value) -> Result<Value, Failure> {
    let Some(VersionPointer(other)) = other.downcast() else {
        return match method {
            "Equal" => Ok(Value::Bool(false)),
            _ => Err(Failure::new(
                "runtime error: invalid memory address or nil pointer dereference",
            )),
        };
    };
    let order = version.compare(other);
    Ok(match method {
        "Compare" => Value::int(order as i64),
        "Equal" => order.is_eq().into(),
        "LessThan" => order.is_lt().into(),
        "LessThanEqual" => order.is_le().into(),
        "GreaterThan" => order.is_gt().into(),
        _ => order.is_ge().into(),
    })
}
