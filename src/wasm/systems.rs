//! The boundary's calls about systems of record (docs/system-json.md).

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Handle, convert};

#[wasm_bindgen(js_class = Engine)]
impl Handle {
    /// Connects a system: this replica drives it from now on. Returns `{"name", "epoch", "driver"}`.
    #[wasm_bindgen(js_name = systemConnect)]
    pub fn system_connect(&mut self, name: &str, options: &str, now: f64) -> Result<String, JsValue> {
        self.engine.system_connect(name, options, convert::time(now)).map_err(convert::error)
    }

    /// Forgets a system; cards and rows stay as they are.
    #[wasm_bindgen(js_name = systemDisconnect)]
    pub fn system_disconnect(&mut self, name: &str, now: f64) -> Result<(), JsValue> {
        self.engine.system_disconnect(name, convert::time(now)).map_err(convert::error)
    }

    /// Returns the names of the systems that this replica drives or drove.
    #[must_use]
    pub fn systems(&self) -> Vec<String> {
        self.engine.systems()
    }

    /// Begins a run; one that was under way is given up.
    #[wasm_bindgen(js_name = systemBegin)]
    pub fn system_begin(&mut self, name: &str, wish: &str) -> Result<(), JsValue> {
        self.engine.system_begin(name, wish).map_err(convert::error)
    }

    /// Returns what the run needs next: `{"do": "ask" | "work" | "done", …}`.
    #[wasm_bindgen(js_name = systemNext)]
    pub fn system_next(&mut self, name: &str, now: f64) -> Result<String, JsValue> {
        self.engine.system_next(name, convert::time(now)).map_err(convert::error)
    }

    /// Takes a flow's answer to the last request.
    #[wasm_bindgen(js_name = systemAnswer)]
    pub fn system_answer(&mut self, name: &str, answer: &str, now: f64) -> Result<(), JsValue> {
        self.engine.system_answer(name, answer, convert::time(now)).map_err(convert::error)
    }

    /// Returns what is known of a system.
    #[wasm_bindgen(js_name = systemStatus)]
    pub fn system_status(&mut self, name: &str) -> Result<String, JsValue> {
        self.engine.system_status(name).map_err(convert::error)
    }

    /// Returns exactly what would be sent now, field by field, each with who wrote it.
    #[wasm_bindgen(js_name = systemPlan)]
    pub fn system_plan(&mut self, name: &str, now: f64) -> Result<String, JsValue> {
        self.engine.system_plan(name, convert::time(now)).map_err(convert::error)
    }

    /// Lets a held run pass, with `take` or `keep`.
    #[wasm_bindgen(js_name = systemConfirm)]
    pub fn system_confirm(&mut self, name: &str, token: &str, answer: &str) -> Result<(), JsValue> {
        self.engine.system_confirm(name, token, answer).map_err(convert::error)
    }

    /// Says whose a parked row is: a card's, or nobody's the book knows.
    #[wasm_bindgen(js_name = systemDecide)]
    pub fn system_decide(&mut self, name: &str, row: &str, card: Option<String>) -> Result<(), JsValue> {
        self.engine.system_decide(name, row, card.as_deref()).map_err(convert::error)
    }

    /// Sends what was refused for a card once more.
    #[wasm_bindgen(js_name = systemRetry)]
    pub fn system_retry(&mut self, name: &str, card: &str) -> Result<(), JsValue> {
        self.engine.system_retry(name, card).map_err(convert::error)
    }
}
