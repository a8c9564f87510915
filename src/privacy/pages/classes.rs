//! The classes of all columns and the times of retention, as the data file has them.

use crate::cases::Ended;
use crate::privacy::classes::{Class, Term, columns, retention, terms};
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct ClassesPage {
    tables: Vec<Table>,
    counts: Vec<(Class, usize)>,
    cases: Vec<(Ended, Term)>,
    terms: BTreeMap<String, Term>,
}

impl Page for ClassesPage {
    const TEMPLATE: &'static str = "privacy/classes.html";
}

#[derive(Serialize)]
struct Table {
    name: String,
    retention: String,
    /// The columns by their classes, the most delicate first.
    classes: Vec<(Class, String)>,
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let all = columns();
    let mut tables: Vec<Table> = Vec::new();
    for column in &all {
        if tables.last().is_none_or(|table| table.name != column.table) {
            tables.push(Table {
                name: column.table.clone(),
                retention: column.retention.clone(),
                classes: Vec::new(),
            });
        }
    }
    for table in &mut tables {
        for class in Class::ALL.iter().rev() {
            let own = all.iter().filter(|one| one.table == table.name && one.class == *class);
            let names: Vec<&str> = own.map(|one| one.column.as_str()).collect();
            if !names.is_empty() {
                table.classes.push((*class, names.join(", ")));
            }
        }
    }
    desk.page(&ClassesPage {
        counts: Class::ALL
            .iter()
            .map(|class| (*class, all.iter().filter(|one| one.class == *class).count()))
            .collect(),
        cases: Ended::ALL.iter().map(|ended| (*ended, retention(*ended))).collect(),
        terms: terms(),
        tables,
    })
}
