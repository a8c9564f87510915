//! One tree of migrations for both databases, and the guards that are applied anew at each start.

use super::writer::take_the_pen;
use super::{AnyConnection, DbError, Halt, before};
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Triggers and views of a room: replaceable SQL, one text for each database.
#[derive(Debug, Clone, Copy)]
pub struct Guards {
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

/// What the ledger does when a database is opened.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// Before migrations and guards; is told whether migrations are to run. A reason stops them, and all writing.
    pub before: fn(&mut AnyConnection, bool) -> Result<Option<Halt>, DbError>,
    /// After them, in one transaction with the guards; is told whether migrations ran.
    pub after: fn(&mut AnyConnection, bool) -> Result<(), DbError>,
    /// What a connection that writes must have, made anew when the writer needs another one.
    pub watch: fn(&mut AnyConnection) -> Result<(), DbError>,
}

pub(super) fn run(
    conn: &mut AnyConnection,
    url: &str,
    guards: &[Guards],
    opening: Opening,
) -> Result<Option<Halt>, DbError> {
    let is_pending = match conn {
        AnyConnection::Sqlite(conn) => {
            refuse_newer(conn)?;
            conn.has_pending_migration(MIGRATIONS).map_err(failed)?
        }
        AnyConnection::Postgres(conn) => conn.has_pending_migration(MIGRATIONS).map_err(failed)?,
    };
    if let Some(halt) = conn.transaction(|conn| (opening.before)(conn, is_pending))? {
        // Nothing is mended or migrated: what was found stays as it was found.
        return if is_pending {
            Err(DbError::Halted(halt))
        } else {
            Ok(Some(halt))
        };
    }
    match conn {
        AnyConnection::Sqlite(conn) => {
            if is_pending {
                before::keep(conn, url, &known()?.pop().unwrap_or_default())?;
                drop_triggers(conn)?;
            }
            migrate(conn)?;
        }
        AnyConnection::Postgres(conn) => migrate(conn)?,
    }
    conn.transaction(|conn| {
        take_the_pen(conn)?;
        for guard in guards {
            match conn {
                AnyConnection::Sqlite(conn) => conn.batch_execute(guard.sqlite)?,
                AnyConnection::Postgres(conn) => conn.batch_execute(guard.postgres)?,
            }
        }
        (opening.after)(conn, is_pending)
    })?;
    Ok(None)
}

fn failed(source: Box<dyn std::error::Error + Send + Sync>) -> DbError {
    DbError::Migrate(source.to_string())
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// SQLite lets no column go that a trigger names. The guards make every trigger anew after the migrations.
fn drop_triggers(conn: &mut SqliteConnection) -> Result<(), DbError> {
    let triggers: Vec<Trigger> =
        diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'trigger'").load(conn)?;
    for trigger in triggers {
        conn.batch_execute(&format!("DROP TRIGGER \"{}\"", trigger.name.replace('"', "\"\"")))?;
    }
    Ok(())
}

/// The versions of all migrations of this program, in their order.
pub(super) fn known() -> Result<Vec<String>, DbError> {
    let mut known: Vec<String> = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&MIGRATIONS)
        .map_err(failed)?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    known.sort();
    Ok(known)
}

fn refuse_newer<DB, C>(conn: &mut C) -> Result<(), DbError>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    let known = known()?;
    let applied = conn.applied_migrations().map_err(failed)?;
    let unknown = applied
        .iter()
        .map(ToString::to_string)
        .find(|version| !known.contains(version));
    unknown.map_or(Ok(()), |version| Err(DbError::Newer(version)))
}

/// Runs what is pending. Each migration and the row that says that it ran are one transaction, so a program that is killed
/// between or within them goes on where it was when it starts anew.
fn migrate<DB, C>(conn: &mut C) -> Result<(), DbError>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    refuse_newer(conn)?;
    conn.run_pending_migrations(MIGRATIONS).map_err(failed)?;
    Ok(())
}

/// Brings a new database on a server to the schema of an older program, without guards.
pub(super) fn up_to(conn: &mut PgConnection, version: &str) -> Result<(), DbError> {
    let mut pending = MigrationHarness::<diesel::pg::Pg>::pending_migrations(conn, MIGRATIONS).map_err(failed)?;
    pending.retain(|migration| migration.name().version().to_string().as_str() <= version);
    conn.run_migrations(&pending).map_err(failed)?;
    Ok(())
}
