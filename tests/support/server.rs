//! The served page's program, started and ended by the test, and requests as a hostile hand writes them.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a port may be taken by somebody else on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `nappage serve`, ended with the test.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub(crate) host: String,
    /// What the address carries.
    pub(crate) token: String,
}

impl Server {
    /// Starts the program; without a port, on a free one.
    #[track_caller]
    pub(crate) fn start(port: Option<u16>) -> Self {
        let port = port.unwrap_or(0).to_string();
        let mut command = Command::new(env!("CARGO_BIN_EXE_nappage"));
        command.args(["serve", "--no-browser", "--port", &port]);
        // A port that was given up may be lent to a connection of another test for a moment.
        let begun = Instant::now();
        loop {
            match Self::tried(&mut command) {
                Ok(server) => return server,
                Err(words) => assert!(begun.elapsed() < PATIENCE, "it prints no address: {words}"),
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Runs a command that serves.
    #[track_caller]
    pub(crate) fn run(command: &mut Command) -> Self {
        Self::tried(command).unwrap_or_else(|words| panic!("it prints no address: {words}"))
    }

    /// Runs a command that serves, or tells what it said when it ended instead.
    fn tried(command: &mut Command) -> Result<Self, String> {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut words = BufReader::new(child.stderr.take().expect("its words"));
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut lines = lines.map_while(Result::ok);
        let Some(link) = lines.find(|line| line.contains("http://")) else {
            let mut said = String::new();
            let _ = words.read_to_string(&mut said);
            let _ = child.wait();
            return Err(said);
        };
        // Nobody reads its further words, and it must not stop for that.
        std::thread::spawn(move || words.lines().map_while(Result::ok).for_each(drop));
        let (address, token) = link.trim().split_once("/#").expect("the address carries a token");
        let host = address.trim_start_matches("http://").to_owned();
        Ok(Self { child, host, token: token.to_owned() })
    }

    /// The address to open.
    pub(crate) fn link(&self) -> String {
        format!("http://{}/#{}", self.host, self.token)
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.host.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a crash does.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits for its end and gives the exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        self.child.wait().ok().and_then(|status| status.code())
    }

    /// Sends bytes and reads until the program closes.
    #[track_caller]
    pub(crate) fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.host).expect("the program listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        // It may close before it has read all of a request that it refuses.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::of(bytes)
    }

    /// A request with these headers beside `Connection: close`.
    #[track_caller]
    pub(crate) fn with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        self.raw(&[head.as_bytes(), b"\r\n", body].concat())
    }

    /// A request as the page sends it.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.with("GET", path, &self.own(), b"")
    }

    /// A request as the page sends it, with a JSON body.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let origin = format!("http://{}", self.host);
        let mut headers = self.own().to_vec();
        headers.push(("Origin", &origin));
        self.with("POST", path, &headers, body.to_string().as_bytes())
    }

    fn own(&self) -> [(&str, &str); 2] {
        [("Host", &self.host), ("X-Nappage-Token", &self.token)]
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn of(bytes: Vec<u8>) -> Self {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Self { status, head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
    }

    /// The same answer, which must have this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{:.600}", self.head, String::from_utf8_lossy(&self.body));
        self
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.head))
    }
}
