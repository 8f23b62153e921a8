//! `nappage serve` under load: 200 requests a second for a minute, bad ones among them, with its memory
//! watched; then how long a slider waits for its picture.
//!
//! `cargo bench --bench serve`, or `-- 10` for ten seconds.

#[path = "../tests/support/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use server::Server;

/// Requests a second, and those who send them.
const RATE: u32 = 200;
const HANDS: usize = 8;

/// What was answered, with the times it took in ms.
type Answers = BTreeMap<&'static str, Vec<f64>>;

fn main() {
    let seconds = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(60);
    let server = Arc::new(Server::start(None));
    let sent = Arc::new(AtomicUsize::new(0));
    let answers = Arc::new(Mutex::new(Answers::new()));
    let wrong = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let hands: Vec<_> = (0..HANDS)
        .map(|_| {
            let (server, sent) = (Arc::clone(&server), Arc::clone(&sent));
            let (answers, wrong) = (Arc::clone(&answers), Arc::clone(&wrong));
            thread::spawn(move || {
                loop {
                    let number = sent.fetch_add(1, Ordering::Relaxed);
                    let due = Duration::from_secs(1) * number as u32 / RATE;
                    if due >= Duration::from_secs(seconds) {
                        return;
                    }
                    thread::sleep(due.saturating_sub(begun.elapsed()));
                    let asked = Instant::now();
                    let (kind, status, wanted) = request(&server, number);
                    if status != wanted {
                        wrong.fetch_add(1, Ordering::Relaxed);
                        eprintln!("{kind}: {status} in place of {wanted}");
                    }
                    let took = asked.elapsed().as_secs_f64() * 1000.0;
                    answers.lock().expect("no hand panicked").entry(kind).or_default().push(took);
                }
            })
        })
        .collect();
    let mut memory = Vec::new();
    while begun.elapsed() < Duration::from_secs(seconds) {
        thread::sleep(Duration::from_secs(seconds.div_ceil(6)));
        memory.push(resident_mb(server.id()));
    }
    for hand in hands {
        hand.join().expect("no hand panicked");
    }
    let answers = answers.lock().expect("no hand panicked");
    let count: usize = answers.values().map(Vec::len).sum();
    let rate = count as f64 / begun.elapsed().as_secs_f64();
    println!(
        "{count} requests, {rate:.0} a second, {} answered otherwise than they should",
        wrong.load(Ordering::Relaxed)
    );
    for (kind, times) in answers.iter() {
        let [median, most] = [0.5, 0.99].map(|part| quantile(times, part));
        println!("{kind:>12}: {:6} times, median {median:.1} ms, 99 % within {most:.1} ms", times.len());
    }
    println!("memory in MB over the time: {memory:.0?}");
    for (name, zones) in [("a full face", "full-face"), ("all zones", "all")] {
        let times: Vec<f64> = (0..20)
            .map(|step| {
                let spacing = format!("{:.2} mm", 11.03 + 0.17 * f64::from(step));
                let asked = Instant::now();
                server.post("/api/plan", &json!({ "zones": [zones], "spacing": spacing })).is(200);
                asked.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        println!(
            "a slider over {name}: median {:.0} ms from the input to the picture's data",
            quantile(&times, 0.5)
        );
    }
}

/// Sends one request of the mix: its kind, its status, and the status it should have.
fn request(server: &Server, number: usize) -> (&'static str, u16, u16) {
    let own = [("Host", server.host.as_str()), ("X-Nappage-Token", server.token.as_str())];
    match number % 20 {
        0 | 1 => ("page", server.get("/").status, 200),
        2 | 3 => ("script", server.get("/app.js").status, 200),
        4 | 5 => ("library", server.get("/api/library").status, 200),
        6 | 7 => {
            let body = json!({ "id": "woman", "measurements_mm": {} });
            ("view", server.post("/api/view", &json!({ "body": body, "view": "front" })).status, 200)
        }
        8..=12 => {
            let zones = ["chin", "forehead", "full-face", "neck", "jaw"][number / 20 % 5];
            ("plan", server.post("/api/plan", &json!({ "zones": [zones] })).status, 200)
        }
        // Another spacing each time, once a second.
        13 if number % 200 == 13 => {
            let spacing = format!("{:.3} mm", 10.0 + (number / 200) as f64 * 0.05 % 5.0);
            (
                "new plan",
                server.post("/api/plan", &json!({ "zones": ["chin"], "spacing": spacing })).status,
                200,
            )
        }
        14 if number % 1000 == 14 => {
            let order = json!({ "session": { "zones": ["chin"] }, "format": "pdf" });
            ("sheet", server.post("/api/sheet", &order).status, 200)
        }
        15 => ("bad host", server.with("GET", "/", &[("Host", "evil.example")], b"").status, 403),
        16 => ("no token", server.with("POST", "/api/plan", &own[..1], b"{}").status, 401),
        17 => ("no JSON", server.with("POST", "/api/plan", &own, b"{\"zones\": [").status, 400),
        18 => (
            "no session",
            server.post("/api/plan", &json!({ "zones": ["chinn"], "spacing": "1" })).status,
            422,
        ),
        19 if number % 200 == 19 => {
            ("too large", server.with("POST", "/api/plan", &own, &vec![b' '; 5 << 20]).status, 413)
        }
        _ => ("style", server.get("/style.css").status, 200),
    }
}

fn quantile(times: &[f64], part: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len().saturating_sub(1)) as f64 * part) as usize).copied().unwrap_or(f64::NAN)
}

/// What a process holds in memory, where the system tells it.
fn resident_mb(id: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb: Option<f64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kb.map_or(f64::NAN, |kb| kb / 1024.0)
}
