//! The built program as an operator starts it, on a free port of this machine.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a start may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, until it is dropped.
pub struct Program {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    log: PathBuf,
}

/// Runs a command of the program to its end.
pub fn run(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_quytrinh"))
        .args(arguments)
        .output()
        .expect("the program starts")
}

impl Program {
    /// Starts `command` (`demo` or `serve`) on a data directory, and waits until it answers.
    pub fn start(command: &str, data: &Path, more: &[&str]) -> Self {
        Self::start_under(&[], command, data, more)
    }

    /// The same, begun by another program (`strace …`) that becomes it.
    pub fn start_under(around: &[&str], command: &str, data: &Path, more: &[&str]) -> Self {
        Self::start_logging(around, (command, data, &data.join("program.log")), more)
    }

    /// The same, with its words in a file of one's choice: its own directory may not be there yet.
    pub fn start_logging(around: &[&str], (command, data, log): (&str, &Path, &Path), more: &[&str]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port");
        let log = log.to_path_buf();
        let log_file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log)
            .expect("a log");
        let errors = log_file.try_clone().expect("a log");
        let mut words = around.to_vec();
        words.push(env!("CARGO_BIN_EXE_quytrinh"));
        let (first, rest) = words.split_first().expect("at least the program");
        let child = Command::new(first)
            .args(rest)
            .arg(command)
            .args(["--listen", &address.to_string(), "--data"])
            .arg(data)
            .args(more)
            .stdout(log_file)
            .stderr(errors)
            .stdin(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut program = Self { child, address, log };
        program.wait_until_it_answers();
        program
    }

    fn wait_until_it_answers(&mut self) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if TcpStream::connect(self.address).is_ok() {
                return;
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the program ended with {status}:\n{}", self.said());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!(
            "process {} did not answer within {PATIENCE:?}:\n{}",
            self.id(),
            self.said()
        );
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// It is killed, as a power cut of the process would: nothing is flushed, nothing said goodbye to.
impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
