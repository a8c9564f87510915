//! Files of other tools.

use super::{read, rows};

/// A process of one line for each node or flow: `task a Name`, `a > b name`.
pub(super) fn process(text: &str) -> String {
    let mut inside = String::new();
    for (number, line) in text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        let mut words = line.splitn(3, ' ');
        let (first, second, rest) = (
            words.next().unwrap(),
            words.next().unwrap(),
            words.next().unwrap_or_default(),
        );
        if second == ">" {
            let (to, name) = rest.split_once(' ').unwrap_or((rest, ""));
            inside +=
                &format!("<sequenceFlow id=\"f{number}\" sourceRef=\"{first}\" targetRef=\"{to}\" name=\"{name}\"/>\n");
        } else {
            inside += &format!("<{first} id=\"{second}\" name=\"{rest}\"/>\n");
        }
    }
    format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\">\n<process id=\"p\">\n{inside}</process></definitions>"
    )
}

pub(super) fn whys(text: &str) -> Vec<String> {
    read(text)
        .unexpressed
        .iter()
        .map(|own| format!("{} {}", own.id, own.why.as_str()))
        .collect()
}

pub(super) fn table_of(text: &str) -> Vec<String> {
    rows(&read(&process(text)).table)
}

/// As Camunda Modeler and bpmn.io write it.
const CAMUNDA: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:collaboration id="Collaboration_1">
    <bpmn:participant id="Participant_1" name="Cấp bản sao" processRef="Process_1" />
    <bpmn:participant id="Participant_2" name="Công dân" />
    <bpmn:messageFlow id="Flow_m" sourceRef="Participant_2" targetRef="Start_1" />
  </bpmn:collaboration>
  <bpmn:process id="Process_1" isExecutable="true">
    <bpmn:laneSet id="LaneSet_1">
      <bpmn:lane id="Lane_1" name="Một cửa">
        <bpmn:flowNodeRef>Start_1</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>Task_receive</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>Wait_1</bpmn:flowNodeRef>
      </bpmn:lane>
      <bpmn:lane id="Lane_2" name="Lãnh đạo UBND"><bpmn:childLaneSet id="c"><bpmn:lane id="Lane_3" name="Chủ tịch">
        <bpmn:flowNodeRef>Task_sign</bpmn:flowNodeRef>
      </bpmn:lane></bpmn:childLaneSet>
        <bpmn:flowNodeRef>Task_sign</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>Task_check</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="Start_1" name="Hồ sơ đến"><bpmn:outgoing>Flow_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="Task_receive" name="Tiếp nhận" camunda:assignee="a"><bpmn:incoming>Flow_1</bpmn:incoming><bpmn:outgoing>Flow_2</bpmn:outgoing></bpmn:userTask>
    <bpmn:serviceTask id="Task_check" name="Kiểm tra" />
    <bpmn:exclusiveGateway id="Gateway_1" name="Đủ?" default="Flow_5" />
    <bpmn:intermediateCatchEvent id="Wait_1" name="Chờ bổ sung"><bpmn:timerEventDefinition id="T"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P5D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:task id="Task_sign" name="Ký" />
    <bpmn:endEvent id="End_1" name="Xong" />
    <bpmn:endEvent id="End_2" name="Từ chối hồ sơ" />
    <bpmn:sequenceFlow id="Flow_1" sourceRef="Start_1" targetRef="Task_receive" />
    <bpmn:sequenceFlow id="Flow_2" sourceRef="Task_receive" targetRef="Task_check" />
    <bpmn:sequenceFlow id="Flow_3" sourceRef="Task_check" targetRef="Gateway_1" />
    <bpmn:sequenceFlow id="Flow_4" name="thiếu" sourceRef="Gateway_1" targetRef="Wait_1"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${!ok}</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="Flow_5" name="đủ" sourceRef="Gateway_1" targetRef="Task_sign" />
    <bpmn:sequenceFlow id="Flow_6" sourceRef="Wait_1" targetRef="Task_check" />
    <bpmn:sequenceFlow id="Flow_7" sourceRef="Task_sign" targetRef="End_1"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">x</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="Flow_8" name="trả" sourceRef="Task_sign" targetRef="End_2" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="BPMNDiagram_1"><bpmndi:BPMNPlane id="Plane" bpmnElement="Collaboration_1">
    <bpmndi:BPMNShape id="s" bpmnElement="Start_1"><dc:Bounds x="179.5" y="159" width="36" height="36" /></bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"#;

#[test]
fn a_file_of_camunda_comes_in_with_lanes_choices_waiting_and_ends() {
    let read = read(CAMUNDA);
    assert_eq!(read.title, "Cấp bản sao");
    assert_eq!(
        rows(&read.table),
        [
            "B01 Tiếp nhận",
            "B02 Kiểm tra >thiếu=B03 >đủ=B04",
            "B03 Chờ bổ sung paused >=B02",
            "B04 Ký >Xong=End >trả=EndRefused",
        ]
    );
    let roles: Vec<String> = read.table.steps.iter().map(|step| step.roles[0].to_string()).collect();
    assert_eq!(roles, ["mot_cua", "lanh_dao_ubnd", "mot_cua", "chu_tich"]);
    assert_eq!(read.roles[1].1, "Lãnh đạo UBND");
    assert_eq!(
        whys(CAMUNDA),
        [
            "Participant_2 other-pool",
            "Flow_m message",
            "Wait_1 waiting",
            "Task_sign named-ways"
        ]
    );
    assert_eq!(read.unexpressed[2].kind, "intermediateCatchEvent");
}

#[test]
fn a_file_of_pm4py_comes_in() {
    // Discovered: a, then b and c in parallel where c may be left out, then d, which may lead back to a.
    let text = r#"<?xml version='1.0' encoding='UTF-8'?>
<bpmn:definitions xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://www.signavio.com/bpmn20" exporter="PM4Py">
<bpmn:process id="id1" isClosed="false" isExecutable="false" processType="None">
<bpmn:startEvent id="s" name="" isInterrupting="true" parallelMultiple="false"><bpmn:outgoing>1</bpmn:outgoing></bpmn:startEvent>
<bpmn:exclusiveGateway id="x1" gatewayDirection="Converging" name=""/>
<bpmn:task id="a" name="a"/><bpmn:parallelGateway id="and1" gatewayDirection="Diverging" name=""/>
<bpmn:task id="b" name="b"/><bpmn:exclusiveGateway id="x2" gatewayDirection="Diverging" name=""/><bpmn:task id="c" name="c"/>
<bpmn:exclusiveGateway id="x3" gatewayDirection="Converging" name=""/><bpmn:parallelGateway id="and2" gatewayDirection="Converging" name=""/>
<bpmn:task id="d" name="d"/><bpmn:exclusiveGateway id="x4" gatewayDirection="Diverging" name=""/><bpmn:endEvent id="e" name=""/>
<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="x1" name=""/><bpmn:sequenceFlow id="f2" sourceRef="x1" targetRef="a" name=""/>
<bpmn:sequenceFlow id="f3" sourceRef="a" targetRef="and1" name=""/><bpmn:sequenceFlow id="f4" sourceRef="and1" targetRef="b" name=""/>
<bpmn:sequenceFlow id="f5" sourceRef="and1" targetRef="x2" name=""/><bpmn:sequenceFlow id="f6" sourceRef="x2" targetRef="x3" name=""/>
<bpmn:sequenceFlow id="f7" sourceRef="x2" targetRef="c" name=""/><bpmn:sequenceFlow id="f8" sourceRef="c" targetRef="x3" name=""/>
<bpmn:sequenceFlow id="f9" sourceRef="x3" targetRef="and2" name=""/><bpmn:sequenceFlow id="f10" sourceRef="b" targetRef="and2" name=""/>
<bpmn:sequenceFlow id="f11" sourceRef="and2" targetRef="d" name=""/><bpmn:sequenceFlow id="f12" sourceRef="d" targetRef="x4" name=""/>
<bpmn:sequenceFlow id="f13" sourceRef="x4" targetRef="x1" name=""/><bpmn:sequenceFlow id="f14" sourceRef="x4" targetRef="e" name=""/>
</bpmn:process></bpmn:definitions>"#;
    let table = rows(&read(text).table);
    assert_eq!(
        table,
        ["B01 a", "B02 b @P1/a", "B03 c opt @P1/b", "B04 d >a=B01 >END=End"]
    );
    assert_eq!(whys(text), ["d named-ways"]);
}

#[test]
fn gateways_in_a_row_are_one_choice_and_meeting_ways_go_on_as_one() {
    let text = "startEvent s
        task a Nhận
        exclusiveGateway x
        exclusiveGateway y
        exclusiveGateway z
        task b Sửa
        task c Ký
        endEvent e
        s > a
        a > x
        x > y không
        x > c có
        y > b lại
        y > z thôi
        b > z
        z > e";
    assert_eq!(
        table_of(text),
        [
            "B01 Nhận >không / lại=B02 >không / thôi=End >có=B03",
            "B02 Sửa >=End",
            "B03 Ký"
        ]
    );
    assert_eq!(whys(&process(text)), Vec::<String>::new());
}

#[test]
fn a_step_that_unnamed_ways_go_round_is_optional_and_a_named_choice_is_not() {
    let text = |yes: &str, no: &str| {
        format!(
            "startEvent s
            task a A
            exclusiveGateway x
            task b B
            exclusiveGateway m
            task c C
            endEvent e
            s > a
            a > x
            x > b {yes}
            x > m {no}
            b > m
            m > c
            c > e"
        )
    };
    assert_eq!(table_of(&text("", "")), ["B01 A", "B02 B opt", "B03 C"]);
    assert_eq!(
        table_of(&text("cần", "không")),
        ["B01 A >cần=B02 >không=B03", "B02 B", "B03 C"]
    );
}

#[test]
fn implicit_splits_are_parallel_without_conditions_and_loops_without_steps_end() {
    let text = "task a A
        task b B
        task c C
        parallelGateway j
        a > b
        a > c
        b > j
        c > j";
    assert_eq!(table_of(text), ["B01 A", "B02 B @P1/a", "B03 C @P1/b"]);
    let round = "startEvent s
        task a A
        exclusiveGateway x
        exclusiveGateway y
        s > a
        a > x
        x > y
        y > x";
    assert_eq!(table_of(round), ["B01 A >=End"]);
    assert_eq!(whys(&process(round)), ["a empty-loop"]);
}

#[test]
fn a_step_that_is_done_as_often_as_one_likes_is_optional_and_leads_back_or_on() {
    let text = "startEvent s
        task a A
        exclusiveGateway x
        task b B
        task c C
        endEvent e
        s > a
        a > x
        x > b
        b > x
        x > c
        c > e";
    assert_eq!(table_of(text), ["B01 A", "B02 B opt >B=B02 >C=B03", "B03 C"]);
}
