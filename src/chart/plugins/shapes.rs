//! The Go types of plugin.yaml.

use go_text_template::yaml::{ANY_MAP, Shape, StructShape};

const STRINGS: Shape = Shape::List("[]string", &Shape::String);

static COMMAND: Shape = Shape::Struct(&StructShape {
    go_type: "plugin.PlatformCommand",
    name: "PlatformCommand",
    fields: &[
        ("os", Shape::String),
        ("arch", Shape::String),
        ("command", Shape::String),
        ("args", STRINGS),
    ],
});
const COMMANDS: Shape = Shape::List("[]plugin.PlatformCommand", &COMMAND);
const HOOKS: Shape = Shape::Map("plugin.PlatformHooks", &COMMANDS);

static DOWNLOADER: Shape = Shape::Struct(&StructShape {
    go_type: "plugin.Downloaders",
    name: "Downloaders",
    fields: &[("protocols", STRINGS), ("command", Shape::String)],
});
const DOWNLOADERS: Shape = Shape::List("[]plugin.Downloaders", &DOWNLOADER);
const SIMPLE_HOOKS: Shape = Shape::Map("plugin.Hooks", &Shape::String);

/// `plugin.Metadata` of Helm 3.
pub(super) static HELM3: Shape = Shape::Struct(&StructShape {
    go_type: "plugin.Metadata",
    name: "Metadata",
    fields: &[
        ("name", Shape::String),
        ("version", Shape::String),
        ("usage", Shape::String),
        ("description", Shape::String),
        ("platformCommand", COMMANDS),
        ("command", Shape::String),
        ("ignoreFlags", Shape::Bool),
        ("platformHooks", HOOKS),
        ("Hooks", SIMPLE_HOOKS),
        ("downloaders", DOWNLOADERS),
        ("useTunnel", Shape::Bool),
    ],
});

/// What Helm 4 looks at first.
pub(super) static API_VERSION: Shape = Shape::Struct(&StructShape {
    go_type: "plugin.apiVersion",
    name: "apiVersion",
    fields: &[("apiVersion", Shape::String)],
});

/// `plugin.MetadataLegacy` of Helm 4.
pub(super) static LEGACY: Shape = Shape::Struct(&StructShape {
    go_type: "plugin.MetadataLegacy",
    name: "MetadataLegacy",
    fields: &[
        ("name", Shape::String),
        ("version", Shape::String),
        ("usage", Shape::String),
        ("description", Shape::String),
        ("platformCommand", COMMANDS),
        ("command", Shape::String),
        ("ignoreFlags", Shape::Bool),
        ("platformHooks", HOOKS),
        ("hooks", SIMPLE_HOOKS),
        ("downloaders", DOWNLOADERS),
    ],
});

/// `plugin.MetadataV1` of Helm 4.
pub(super) static V1: Shape = Shape::Struct(&StructShape {
    go_type: "plugin.MetadataV1",
    name: "MetadataV1",
    fields: &[
        ("apiVersion", Shape::String),
        ("name", Shape::String),
        ("type", Shape::String),
        ("runtime", Shape::String),
        ("version", Shape::String),
        ("sourceURL", Shape::String),
        ("config", ANY_MAP),
        ("runtimeConfig", ANY_MAP),
    ],
});

/// `schema.ConfigCLIV1`.
pub(super) static CLI_CONFIG: Shape = Shape::Struct(&StructShape {
    go_type: "schema.ConfigCLIV1",
    name: "ConfigCLIV1",
    fields: &[
        ("usage", Shape::String),
        ("shortHelp", Shape::String),
        ("longHelp", Shape::String),
        ("ignoreFlags", Shape::Bool),
    ],
});

/// `schema.ConfigGetterV1`.
pub(super) static GETTER_CONFIG: Shape = Shape::Struct(&StructShape {
    go_type: "schema.ConfigGetterV1",
    name: "ConfigGetterV1",
    fields: &[("protocols", STRINGS)],
});

/// `schema.ConfigPostRendererV1`.
pub(super) static POST_RENDERER_CONFIG: Shape = Shape::Struct(&StructShape {
    go_type: "schema.ConfigPostRendererV1",
    name: "ConfigPostRendererV1",
    fields: &[],
});

/// `schema.ConfigTestV1`.
pub(super) static TEST_CONFIG: Shape = Shape::Struct(&StructShape {
    go_type: "schema.ConfigTestV1",
    name: "ConfigTestV1",
    fields: &[],
});

static PROTOCOL_COMMAND: Shape = Shape::Struct(&StructShape {
    go_type: "plugin.SubprocessProtocolCommand",
    name: "SubprocessProtocolCommand",
    fields: &[("protocols", STRINGS), ("platformCommand", COMMANDS)],
});

/// `plugin.RuntimeConfigSubprocess`.
pub(super) static PROCESS_CONFIG: Shape = Shape::Struct(&StructShape {
    go_type: "plugin.RuntimeConfigSubprocess",
    name: "RuntimeConfigSubprocess",
    fields: &[
        ("platformCommand", COMMANDS),
        ("platformHooks", HOOKS),
        ("protocolCommands", Shape::List("[]plugin.SubprocessProtocolCommand", &PROTOCOL_COMMAND)),
    ],
});
