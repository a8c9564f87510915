//! Master lists: what documents, forms and records the office works by on a day, as page, PDF, XLSX and CSV (7.5).
//!
//! A list is gathered from the versions that were in force on its day and then written in any of four ways. The list of
//! external documents comes from the register of laws. No table is its own.

mod csv;
mod gather;
mod list;
mod pages;
mod paper;
mod xlsx;

pub use csv::csv_file;
pub use gather::{Asked, gather};
pub use list::{Cell, Column, List, MasterList, Row};
pub use paper::list_paper;
pub use xlsx::{Heading, xlsx_file};

use crate::kernel::Permission;
use crate::web::{Access, Desk, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDocuments);
    doors.get("/lists", read, |desk: Desk| pages::show(desk, List::Documents));
    for (list, page, pdf, xlsx, csv) in [
        (
            List::Documents,
            "/lists/documents",
            "/lists/documents.pdf",
            "/lists/documents.xlsx",
            "/lists/documents.csv",
        ),
        (
            List::External,
            "/lists/external",
            "/lists/external.pdf",
            "/lists/external.xlsx",
            "/lists/external.csv",
        ),
        (
            List::Forms,
            "/lists/forms",
            "/lists/forms.pdf",
            "/lists/forms.xlsx",
            "/lists/forms.csv",
        ),
        (
            List::Records,
            "/lists/records",
            "/lists/records.pdf",
            "/lists/records.xlsx",
            "/lists/records.csv",
        ),
    ] {
        doors.get(page, read, move |desk: Desk| pages::show(desk, list));
        doors.get(pdf, read, move |desk: Desk| pages::pdf(desk, list));
        doors.get(xlsx, read, move |desk: Desk| pages::xlsx(desk, list));
        doors.get(csv, read, move |desk: Desk| pages::csv(desk, list));
    }
}
