//! A browser without a window, driven over its own protocol.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Names of the browsers that speak the protocol.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A running browser, ended with the test.
pub(crate) struct Browser {
    child: Child,
    socket: WebSocket<TcpStream>,
    last: u64,
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

/// One page of it.
pub(crate) struct Tab {
    session: String,
}

/// The browser's program; `None` where there is none, which is a failure where CI is set.
pub(crate) fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    let found = all.into_iter().find(|program| program.is_file());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "chromium is not installed");
        eprintln!("skipped: chromium is not installed");
    }
    found
}

/// The script of axe, which looks for what keeps people out, from the file that `NAPPAGE_AXE` names. `None`,
/// with a word, where it names none.
///
/// # Panics
/// Where CI is set and it names none.
pub(crate) fn axe() -> Option<String> {
    match std::env::var_os("NAPPAGE_AXE") {
        Some(file) => Some(std::fs::read_to_string(file).expect("the script of axe")),
        None => {
            assert!(std::env::var_os("CI").is_none(), "NAPPAGE_AXE names no axe.min.js");
            eprintln!("skipped: NAPPAGE_AXE names no axe.min.js");
            None
        }
    }
}

impl Browser {
    /// Starts it; what it downloads goes into `downloads`.
    pub(crate) fn start(program: &Path, downloads: &Path) -> Self {
        let profile = tempfile::tempdir().expect("a folder for its profile");
        let mut child = Command::new(program)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--disable-extensions", "--disable-background-networking"])
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the browser starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its words")).lines().map_while(Result::ok);
        let listening =
            |line: String| line.split_once("listening on ").map(|(_, address)| address.to_owned());
        let address = lines.by_ref().find_map(listening).expect("it says where it listens");
        // Nobody reads its further words, and it must not stop for that.
        std::thread::spawn(move || lines.for_each(drop));
        let host = address.trim_start_matches("ws://").split('/').next().expect("a host");
        let stream = TcpStream::connect(host).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let (socket, _) = tungstenite::client(address.as_str(), stream).expect("it speaks");
        let mut browser = Self { child, socket, last: 0, events: Vec::new(), _profile: profile };
        let folder = json!({ "behavior": "allow", "downloadPath": downloads, "eventsEnabled": true });
        browser.call("Browser.setDownloadBehavior", folder);
        browser
    }

    /// Opens a page of the given size.
    pub(crate) fn open(&mut self, address: &str, [width, height]: [u32; 2]) -> Tab {
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session =
            self.call("Target.attachToTarget", attach)["sessionId"].as_str().expect("a session").to_owned();
        let tab = Tab { session };
        for domain in ["Page", "Runtime", "DOM", "Accessibility"] {
            self.of(&tab, &format!("{domain}.enable"), json!({}));
        }
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.of(&tab, "Emulation.setDeviceMetricsOverride", size);
        self.go(&tab, address);
        tab
    }

    /// Leads a page to an address.
    pub(crate) fn go(&mut self, tab: &Tab, address: &str) {
        self.of(tab, "Page.navigate", json!({ "url": address }));
    }

    /// Sets what the user prefers: `prefers-color-scheme`, `prefers-reduced-motion`.
    pub(crate) fn prefers(&mut self, tab: &Tab, name: &str, value: &str) {
        let features = json!({ "features": [{ "name": name, "value": value }] });
        self.of(tab, "Emulation.setEmulatedMedia", features);
    }

    /// The value of an expression in a page.
    #[track_caller]
    pub(crate) fn value(&mut self, tab: &Tab, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.of(tab, "Runtime.evaluate", asked);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// The text of an element.
    #[track_caller]
    pub(crate) fn text(&mut self, tab: &Tab, element: &str) -> String {
        let value = self.value(tab, &format!("document.querySelector({})?.textContent", json!(element)));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an expression holds.
    #[track_caller]
    pub(crate) fn until(&mut self, tab: &Tab, expression: &str) {
        let begun = Instant::now();
        let asked = json!({ "expression": format!("Boolean({expression})"), "returnByValue": true });
        loop {
            // While a page loads there may be nothing yet to ask about.
            let answer = self.of(tab, "Runtime.evaluate", asked.clone());
            if answer["result"]["value"] == true {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "never came true: {expression}\n{answer}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Clicks in the middle of an element, as a mouse does.
    #[track_caller]
    pub(crate) fn click(&mut self, tab: &Tab, element: &str) {
        // What was scrolled is hit where it stands only once it was drawn there.
        let place = format!(
            "new Promise((done) => {{ const e = document.querySelector({}); e.scrollIntoView({{ block: 'nearest' }}); \
             requestAnimationFrame(() => requestAnimationFrame(() => {{ const b = e.getBoundingClientRect(); \
             done([b.left + b.width / 2, b.top + b.height / 2]); }})); }})",
            json!(element)
        );
        let place = self.value(tab, &place);
        self.click_at(tab, [place[0].as_f64().expect("x"), place[1].as_f64().expect("y")]);
    }

    /// Clicks at a place of the window.
    pub(crate) fn click_at(&mut self, tab: &Tab, [x, y]: [f64; 2]) {
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.of(tab, "Input.dispatchMouseEvent", event);
        }
    }

    /// Drags from one place of the window to another, in steps as a hand does.
    pub(crate) fn drag(&mut self, tab: &Tab, from: [f64; 2], to: [f64; 2]) {
        let mut event = |kind: &str, part: f64| {
            let [x, y] = [0, 1].map(|k| from[k] + (to[k] - from[k]) * part);
            let held = u8::from(kind != "mouseReleased");
            let event =
                json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": held, "clickCount": 1 });
            self.of(tab, "Input.dispatchMouseEvent", event);
        };
        event("mousePressed", 0.0);
        for step in 1..=10 {
            event("mouseMoved", f64::from(step) / 10.0);
            std::thread::sleep(Duration::from_millis(40));
        }
        event("mouseReleased", 1.0);
    }

    /// Presses a key; `modifiers` are those of the protocol (2 for Ctrl, 8 for Shift).
    pub(crate) fn press(&mut self, tab: &Tab, key: &str, code: &str, virtual_key: u32, modifiers: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": key, "code": code, "modifiers": modifiers,
                "windowsVirtualKeyCode": virtual_key,
            });
            self.of(tab, "Input.dispatchKeyEvent", event);
        }
    }

    /// Puts a value into a field as if it were typed and left.
    #[track_caller]
    pub(crate) fn fill(&mut self, tab: &Tab, element: &str, text: &str) {
        let focused = "(() => { const e = document.querySelector(ELEMENT); e.focus(); e.select(); \
                       return document.activeElement === e; })()";
        self.until(tab, &focused.replace("ELEMENT", &json!(element).to_string()));
        self.of(tab, "Input.insertText", json!({ "text": text }));
        self.value(tab, &format!("document.querySelector({}).blur()", json!(element)));
    }

    /// Chooses a file in a file field.
    pub(crate) fn choose(&mut self, tab: &Tab, element: &str, file: &Path) {
        let asked = json!({ "expression": format!("document.querySelector({})", json!(element)) });
        let field = self.of(tab, "Runtime.evaluate", asked)["result"]["objectId"].clone();
        self.of(tab, "DOM.setFileInputFiles", json!({ "files": [file], "objectId": field }));
    }

    /// Keeps a picture of the page in the folder that `NAPPAGE_SCREENSHOTS` names, where it is set.
    pub(crate) fn picture(&mut self, tab: &Tab, name: &str) {
        let Some(folder) = std::env::var_os("NAPPAGE_SCREENSHOTS") else { return };
        let picture = self.of(tab, "Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = decoded(picture["data"].as_str().unwrap_or_default());
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).expect("a picture");
    }

    /// What went wrong in the scripts of a page so far.
    pub(crate) fn exceptions(&mut self, tab: &Tab) -> Vec<Value> {
        self.value(tab, "0");
        let thrown = self.events.iter().filter(|event| event["method"] == "Runtime.exceptionThrown");
        thrown.filter(|event| event["sessionId"] == tab.session.as_str()).cloned().collect()
    }

    /// Calls a method on a page.
    #[track_caller]
    pub(crate) fn of(&mut self, tab: &Tab, method: &str, params: Value) -> Value {
        self.send(json!({ "method": method, "params": params, "sessionId": tab.session }))
    }

    #[track_caller]
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.send(json!({ "method": method, "params": params }))
    }

    #[track_caller]
    fn send(&mut self, mut message: Value) -> Value {
        self.last += 1;
        message["id"] = self.last.into();
        self.socket.send(Message::text(message.to_string())).expect("sent");
        loop {
            let Message::Text(text) = self.socket.read().expect("an answer") else { continue };
            let mut answer: Value = serde_json::from_str(&text).expect("JSON");
            if answer["id"] == self.last {
                assert!(answer.get("error").is_none(), "{message}: {answer}");
                return answer["result"].take();
            }
            self.events.push(answer);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes of a Base64 text.
fn decoded(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else { continue };
        bits = (bits << 6 | value as u32) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}
