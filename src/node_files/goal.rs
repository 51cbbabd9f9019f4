//! The parts of a node file that have parts: `goal_details` and `reward`.

use super::check::{Checked, text};
use super::json::Json;

const NAME: &str = "a str that is not empty is accepted";
const GOAL_TYPE: &str = "'default_kill' or 'default_get' is accepted";
const REWARD: &str = "a list of objects {function_name, name_space, data} is accepted";

fn name(json: &Json) -> Option<&str> {
    text(json).filter(|text| !text.is_empty())
}

fn object(json: &Json) -> Option<&[(String, Json)]> {
    if let Json::Object(fields) = json { Some(fields) } else { None }
}

impl Checked<'_, '_> {
    pub(super) fn goal(&mut self) {
        let accepted = "an object {goal_type, …} is accepted";
        if self.optional(self.json, "", "goal_details", object, accepted).is_none() {
            return;
        }
        let Some(goal) = self.json.get("goal_details") else { return };
        let prefix = "goal_details.";
        match self.required(goal, prefix, "goal_type", text, GOAL_TYPE) {
            Some("default_kill") => {
                self.required(goal, prefix, "entity_identifier", name, NAME);
                self.unknown(goal, prefix, &["goal_type", "entity_identifier"]);
            }
            Some("default_get") => {
                self.unknown(goal, prefix, &["goal_type", "item_dict"]);
                let accepted = "an object {newItemName, …} is accepted";
                if self.required(goal, prefix, "item_dict", object, accepted).is_some() {
                    self.item(goal);
                }
            }
            Some(other) => self.defect("goal_details.goal_type", format!("'{other}'; {GOAL_TYPE}")),
            None => {}
        }
    }

    fn item(&mut self, goal: &Json) {
        let Some(item) = goal.get("item_dict") else { return };
        let prefix = "goal_details.item_dict.";
        self.required(item, prefix, "newItemName", name, NAME);
        if item.get("count").is_some() {
            self.defect(format!("{prefix}count"), "not accepted here; goal_number says how many");
        }
        if item.get("userdata").is_some() {
            self.warn("goal_details.item_dict.userdata", "no item matches a goal that has it");
        }
    }

    pub(super) fn rewards(&mut self) {
        let Some(given) = self.json.get("reward") else { return };
        let Json::List(rewards) = given else {
            return self.defect("reward", format!("{}; {REWARD}", given.shown()));
        };
        for (index, reward) in rewards.iter().enumerate() {
            let path = format!("reward[{index}]");
            if object(reward).is_none() {
                self.defect(path, format!("{}; {REWARD}", reward.shown()));
                continue;
            }
            let prefix = format!("{path}.");
            self.unknown(reward, &prefix, &["function_name", "name_space", "data"]);
            self.required(reward, &prefix, "function_name", name, NAME);
            let accepted = "'nameSpace:systemName' of a server system is accepted";
            self.required(reward, &prefix, "name_space", system, accepted);
            self.required(reward, &prefix, "data", object, "an object is accepted");
        }
    }
}

/// `nameSpace:systemName`
fn system(json: &Json) -> Option<&str> {
    let text = text(json)?;
    let (space, system) = text.split_once(':')?;
    (!space.is_empty() && !system.is_empty() && !system.contains(':')).then_some(text)
}
