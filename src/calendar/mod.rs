//! The working calendar: which days and hours the office works, and what a time limit becomes on it
//! (Civil Code 2015, articles 147–148; Labour Code 2019, article 112).
//!
//! `days`, `working_time`, `holidays` and `lunar` are pure. Table: `holidays`, the days that an administrator may correct.

mod days;
mod holidays;
mod hours;
mod lunar;
mod pages;
mod schema;
mod store;
mod working_time;

pub use holidays::{Holiday, HolidayKind, holidays, statutory_calendar};
pub use hours::{HoursProblem, OfficeHours};
pub use pages::doors;
pub use store::{lay_down_year, working_calendar};
pub use working_time::{DayCounting, WorkingCalendar};
