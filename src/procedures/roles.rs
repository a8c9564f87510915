//! The catalogue of responsible roles: the file `roles.toml`.

use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use super::fault::{self, Fault};
use super::places::{Lines, Place};
use super::read::{Fields, Reader};
use super::write::Writer;

/// One role that steps may name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoleEntry {
    /// What steps write, for example `tphth`.
    pub code: String,
    /// Its name in Vietnamese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// The unit it belongs to, in Vietnamese.
    pub unit: String,
    /// True for somebody outside the office: a citizen, another agency, a council.
    pub external: bool,
}

/// The roles of one catalogue, in the order of its file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RoleCatalogue {
    /// The roles.
    pub roles: Vec<RoleEntry>,
}

impl RoleCatalogue {
    /// The role with this code.
    pub fn find(&self, code: &str) -> Option<&RoleEntry> {
        self.roles.iter().find(|role| role.code == code)
    }
}

/// Reads a catalogue; what cannot be understood is left out and told.
pub fn parse_roles(text: &str) -> (RoleCatalogue, Vec<Fault>) {
    let lines = Lines::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let place = |error: &toml::de::Error| lines.start_of(0, &error.span().unwrap_or_default());
        let fault = |error| Fault::error(place(error), "syntax", &[("detail", error.message())]);
        return (RoleCatalogue::default(), errors.iter().map(fault).collect());
    }
    let mut reader = Reader::new(&lines, 0);
    let mut fields = Fields::new(String::new(), Place::START, table.get_ref());
    let roles = reader.rows(&mut fields, "roles", |reader, row| RoleEntry {
        code: reader.required(row, "code"),
        name: reader.required(row, "name"),
        name_en: reader.text(row, "name_en"),
        unit: reader.text(row, "unit"),
        external: reader.flag(row, "external", false),
    });
    reader.finish(fields);
    for (index, role) in roles.iter().enumerate() {
        if !role.code.is_empty() && roles.iter().take(index).any(|earlier| earlier.code == role.code) {
            let place = reader.places.nearest(&format!("roles.{index}.code"));
            let args = [("list", "roles"), ("value", role.code.as_str())];
            reader.faults.push(Fault::error(place, "duplicate-code", &args));
        }
    }
    fault::sort(&mut reader.faults);
    (RoleCatalogue { roles }, reader.faults)
}

/// The canonical text of a catalogue.
pub fn write_roles(catalogue: &RoleCatalogue) -> String {
    let mut out = Writer(String::new());
    for role in &catalogue.roles {
        out.row("roles");
        out.text("code", &role.code);
        out.text("name", &role.name);
        out.text("name_en", &role.name_en);
        out.text("unit", &role.unit);
        out.stated_flag("external", role.external);
    }
    out.0
}
