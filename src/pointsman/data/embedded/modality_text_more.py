"""More text that asks for a text answer: technical trouble, code, science problems, stories, other languages.

`PATTERNS` and `FILLERS` add to those of `modality_text` and may use its slots. `CONTRAST_PATTERNS` ask for
text about things that can be painted; their slots are those of `modality_image` too.
"""

from __future__ import annotations

PATTERNS = r"""
{situ_tech} {situ_tech_b} {situ_ask}
My situation is as follows. {situ_tech} {situ_tech_b} {situ_ask}
{situ_tech} {situ_ask}
I am building {building_t} and I want to {build_goal}. Give me the code.
I'm using {stack}. {stack_problem} {situ_ask}
{stack}: {stack_problem}
make me {a_lang} code to {code_task_inf}, and make sure it {code_cond}
write {lang} code that simulates {simulate}
Make a MATLAB script that simulates {simulate}.
Complete the function below so that it {code_task}.\n\n{code}
Here is what I tried:\n\n{code}\n\nIt {code_fail}. {situ_ask}
In my code:\n{code}\n{error}
{contest}
Problem\n{contest}\nInput\n{contest_in}\nOutput\n{contest_out}
{contest} Give an efficient solution in {lang}.
{physics_long}
{physics_long} {units}
A {object_p} moves away from me at {speed}. {physics_q}
Task 1. {finance_long}
{finance_long}
{stats_long}
{extract_from}\n\n{raw_doc}
{raw_doc}\n\n{extract_from}
get {raw_fields} out of this text: {raw_doc}
A {fan_kind} script in which {fan_a} and {fan_b} {fan_event}.
write a {fan_kind} fanfic where {fan_a} {fan_event} with {fan_b}
Write an alternate history in which {counterfactual_past}, told as {told_as}.
My {fan_kind} idea: {story_about}. {story_help}
I am trying to write a {genre} story. {story_help}
Help me with a scene: {story_event}. {story_help}
Create a detailed {genre} world: {world_parts}.
What are some {sub_adj} alternatives to {sub_of}?
What is the largest {product_q} that I can buy?
Which {product_q} is best for {audience_r}?
What can I {home_do} so that {home_goal}?
How do I get rid of {pest} without poison?
I want a {food_long} recipe with {food_part} and {food_part}.
Give me the full recipe for {dish}, including {food_part}.
I would like a {doc_long} about {topic}. Include {doc_inc}.
Write a {doc_long} for {company_t}, including {doc_inc} and {doc_inc}.
Create a social media caption and hashtags for {company_t}, text only.
Write the text of an Instagram post for {company_t}.
{n} questions about {topic}, from easy to hard
{topic_c}: summary please
explain {concept} with examples and formulas
{concept_c}?
sketch a path into {study_t} for someone who starts at zero
Which functions would I need for {app}?
You are an expert in {study_t}. {expert_task}
As an expert in {study_t}, {expert_task_l}
The user will give you {given_pl}. {given_task_c}. Do not add anything else.\n\n{given_input}
Rules: answer in {language}, never use the letter e, at most {n} words. Question: {is_q}?
Please evaluate two answers and say which is better.\nQuestion: {is_q}?\nA: {claim_s}\nB: {plain_sentence}
Predict the next state of this puzzle: {puzzle_t}
Solve this puzzle and explain every move: {puzzle_t}
{trivia_long}
my {relation} said "{plain_sentence}", what does it mean
Consider {consider}. Show that {show_that}.
Let {let_math}. {math_task}
{ru_long}
{zh_long}
{es_long}
{de_long}
{vi_etc}
Напиши {ru_doc} про {ru_about}.
Напиши мне {ru_doc} про {ru_about}, {ru_cond}
Расскажи подробно про {ru_about}
Объясни {ru_about} {ru_cond}
Найди ошибку в коде:\n{code}
{ru_task}
{ru_task} {ru_cond}
Escreva {pt_doc} sobre {pt_about}, em linguagem simples.
{pt_task}
Explique {pt_about} para um iniciante.
Viết {vi_doc} về {vi_about}.
{vi_task}
请写{zh_doc}，主题是{zh_about}。
{zh_task}
{zh_about}是什么？请详细说明。
{ja_about}についての{ja_doc}を書いてください。
{ja_task}
{eu_task}
{eu_task} {eu_task}
Escribe {es_doc} sobre {es_about}.
{es_task}
Écris {fr_doc} sur {fr_about}.
{fr_task}
Schreibe {de_doc} über {de_about}.
{de_task}
Finish this function:\n{code_long}
{code_long}\n\n{code_q}
{code_q}\n\n{code_long}
In {stack}, {dev_how}?
using only {stack}, write {ui_piece}
write html and css for {ui_piece}
Create {ui_piece} in {ui_fw} that follows the system theme.
use Python to generate a {chart_kind} chart of {chart_of}, {chart_cond}
Chart these values with matplotlib, bars in one colour: {list_input}
Make a flow chart in mermaid syntax for this code:\n{code_long}
draw {latex_what} in LaTeX, give me the TikZ code
{three_d} {three_d_ask}
I have a dataset of images. {img_ml}
What is a {what_word}, and where does the word come from?
{analogy}
Rewrite these lyrics to be more {lyr_adj}:\n{lyr}
Suggest {n} captions for cartoons about {topic}.
{fan_a} meets {fan_b}, a script in three scenes
Write a script of {fan_a} and {fan_b} in {setting}, {script_tail}
Listen to this riddle and solve it: {riddle_long}
Please solve this question and give an intuitive explanation: {contest}
Notes:\n{notes_math}\n{math_task}
{mech}
What date is {timestamp}?
Explain the risk of this options trade: {options}
{gherkin}
Give me a {med_adj} text on {disease} for a patient leaflet.
What are all the stages of {stages}, in order, and who does the work?
I bought {n} {item_b} at ${n}.50 each and paid with a fifty. What was my change?
Extract {entities} from this listing:\n\n{listing}
Convert the directions into a list: {directions}
Write a song about {animal_song} in the style of {music_style}.
A {num_p} kg {body_p} {moves_p} {num_p} m/s. {ask_p}
A {body_p} {moves_p} {num_p} m/s and slows down by {small_p} m/s each second. {ask_p}
{num_p} {body_p}s stand {num_p} m apart on a smooth surface. {ask_p}
A bag contains {small_p} green and {small_p} red balls. {draw_prob}
In a game a character can jump {small_p} tiles high and {game_can}. {game_ask}
{gadget} weighs {num_p} g and measures {num_p} by {num_p} mm. {gadget_ask}
Derive {derive} for {derive_of}.
Given the equation of motion $m\ddot⟦x⟧ + c\dot⟦x⟧ + kx = {force}$, {derive_task}
Let's define $f(x) = {tex}$. {math_task2}
If I have a {lang} class\n\n{code_long}\n\nhow do I {type_q}?
how can I combine {cmd} and {cmd} so that {cmd_goal}
make this {lang} code safe against {attack}: {code}
{lang}: {type_q}?
Rewrite this song so that it is about {song_about}:\n{lyr}
help me change this song to be about {song_about}. {lyr}
Generate lyrics for {song_kind} with {syll} syllables per line.
{genre_c}: write a scene that takes place in {scene_in} where two old rivals {strangers}. {scene_cond}
Write me an article by a fictitious author, {author_f}. {author_task}
Write a short biography of a fictitious {author_kind}, with dates and works.
Answer this literature question for high school students: {lit_q}
What does the {lit_symbol} stand for in {book}?
{direction_q}
What goes well together with {product}? Suggest bundles that shops sell.
Compare {product} with two rivals in a table.
How does {machine} work?
How does {machine} work? I only need the principle.
Show me a simple {ml_thing} in Python with {ml_detail}.
write matplotlib code that draws {plt_draw}, full code with correct indentation
Come up with a movie plot: title and a three-sentence summary.
Why do {social_q}?
I want a detailed answer: why do {social_q}?
{caption_like} Continue this story.
{caption_like} What happens next?
{caption_like} Write the dialogue that follows.
Translate into {language}: "{caption_like}"
Is this sentence grammatical? {caption_like}
{caption_like} Rewrite this in the first person.
Describe the emotions in this sentence: {caption_like}
"""

CONTRAST_PATTERNS = r"""
Write a script in which {a_thing} meets {a_person}.
Write a long story about {a_thing} {where}, in {language}.
A long script of {celeb} {doing_h}
A sitcom scene: {celeb} and {celeb2} {doing_h}, with jokes about {topic}
Write a news report: {celeb} was seen {doing_h}.
Give me five captions for a cartoon of {a_thing} {doing}.
What is the joke if {animal_a} is {doing}?
Why would {animal_a} be {doing}? Give three theories.
{a_person_c} finds {object_a} {where}. Write what happens next, in 300 words.
Describe what {a_person} feels {where}.
You are {a_person} {where}. Write your diary entry.
Imagine that you are {a_person}. What goes through your head {where}?
Write the history of {place_fantasy}: who built it and why it fell.
Write a poem about {a_scene}.
Write a short essay on the meaning of {abstract_n} in the work of {artist}.
Who was {artist} and what are the best known works?
How did {artist} paint light? Explain in two paragraphs.
What is the history of {style} design?
Explain what makes something {style}, with examples in words.
Ideas for a museum game for children about {artist}: list five with rules.
In Unity, how do I make {animal_a} walk around {object_a}?
In Blender, how do I model {object_a}? Text steps are enough.
write CSS for {object_a} icon that glows {colour} on hover
write JavaScript that moves {object_a} across the screen
Write HTML for the home page of a {business} with a header and a footer.
Write Python code that sorts a list of {objects} by colour and size.
Write a class for {object} with colour, size and price in {lang}.
I have {num} {objects} and {num} {objects}. How many pairs can I make?
A shop sells {objects} at 4 dollars and {objects} at 7 dollars. Lena buys {num} of each. What does she pay?
There are {num} {colour} and {num} {colour} {objects} in a box. Two are taken out. What is the probability that both are {colour}?
{num} {animals} eat {num} kg a day. How long do 50 kg last?
{animal_a} runs at 8 m/s and a {human} at 5 m/s. When do they meet on a 400 m track?
A {human} faces north and the shadow of {object_a} falls to the left. Is it morning or evening?
Is {object_a} heavier than {object_a}? Think step by step.
If {object_a} is {spatial} {object_a}, which one is hidden? Reason it out.
Snow is to winter as {object_a} is to what? Explain the pair.
How is {object_a} made in a factory?
How do you make {object_a} at home from scratch, and is it worth it?
What is the largest {object} that I can buy, and who makes it?
What goes well with {food}, and what should I serve after it?
Give me the recipe for {food} with a crust and two sauces.
Where does the word "{object}" come from?
Why do {animals} sleep standing up?
Why are {objects} so expensive this year?
Which {objects} last longest, and what do reviewers say?
Write a product description: {colour} {object}, {material}, for {giftee_m}.
Write an advertisement text for {business} that mentions {food}.
Write an article by a made-up {human} who travelled to {city}. {author_task}
Plan a day in {city} for a {human} who hates crowds.
Is there {event} in {city} this year? How big do they get and who goes?
What costumes do people wear to {event}, and why?
Classify each word as animal, thing or person: {animal}, {object}, {human}.
Translate: "{a_scene_c}."
Correct this sentence: "{num_c} {animals} is {standing} {where}."
Count the adjectives: "The {adj_plain} {animal} {anim_v} {where}."
"{a_scene_c}." Which tense is this sentence in?
"The {adj_plain} {plant} {contrast} the {adj_plain} {ground}." What literary device is used?
Turn this caption into a headline: A {human} is {human_act} {where}.
A {human} is {human_act} {where}. What might be the reason? List four.
A {human} is {human_act}. Is this safe for children?
How do I teach a {human} who enjoys {act2}?
What muscles work when you are {act2}?
What are the health benefits of {act2}?
Is {act2} a good hobby for shy people?
Tips for {act2} with small children?
Detect {objects} in a photo with OpenCV: which steps do I need?
Train a classifier that tells {animals} from {animals}: write the code.
What resolution does a photo of {animal_a} need for a poster one metre wide?
What does {abstract_n} mean in Buddhism?
What is {film_world} about, and why do people love it?
Which actors could play {celeb} in a new film, and why?
Compare {celeb} and {celeb}: who would win a debate?
Explain the rules of a {game_kind} game in which you play {a_monster}.
Write the stat block and the weaknesses of {a_monster}.
Where do legends about {a_monster} come from?
"""

FILLERS: dict[str, tuple[str, ...]] = {}


def _add(block: str) -> None:
    """Read `name: filler ; filler ; …` lines; `\\n` is a line break, ⟦ ⟧ are braces of code."""
    for line in block.strip().splitlines():
        name, _, words = line.partition(":")
        FILLERS[name.strip()] = tuple(w.strip().replace(r"\n", "\n") for w in words.split(" ; "))


_add(r"""
a_person_c: A fisherman ; A young queen ; A tired nurse ; A boy with a lantern ; A retired spy ; An elf
giftee_m: gardeners ; students ; people with little space ; cat owners
situ_tech: I look after the forum of a photo club on an old Debian box. ; I have two microservices that talk over a queue and sometimes the second one gets messages twice. ; We store product data in MongoDB and need to keep it in sync with a search index. ; I have an Excel file with 40,000 rows of hospital visits. ; I have a table in Angular whose rows can be dragged. ; Our nightly job copies a table of 20 million rows and takes four hours. ; I trained a random forest on crop yields and the test error is far too good. ; I wrote a Telegram bot that should answer only members of a group. ; I have a shop in three languages and the cache mixes them up. ; My Godot game stutters whenever a level loads. ; I want to read the sensors of my greenhouse from anywhere. ; I have a thesis dataset in SPSS with missing answers. ; I'm migrating a Java 8 monolith to Kotlin.
situ_tech_b: It works on my laptop but not in production. ; The logs show nothing unusual. ; I can't change the database schema. ; It has to run on a small VM with 2 GB of RAM. ; I already tried a cache, without success. ; The deadline is next week. ; The code must not use recursion or external libraries.
situ_ask: What would you recommend? ; How should I approach this? ; What am I doing wrong? ; Please write the code. ; Explain the options and their trade-offs. ; How can I debug it? ; give me a step by step plan ; Is there a better design? ; What is the cause?
building_t: a recommendation engine ; a weather station ; a chat bot ; a trading backtester ; a compiler for a toy language ; a browser extension ; a robot arm controller ; a multi-tenant web shop
build_goal: send an alert when a value jumps ; log every request ; avoid race conditions ; support plugins ; tune the hyperparameters ; render pages on the server ; parse nested expressions
stack: Spring Boot 3 and Postgres ; Next.js 14 with TypeScript ; Unity 2022 and C# ; Laravel ; Flutter ; Django with Celery ; ESP32 and Arduino ; Vue 3 and Pinia ; Azure Functions ; PySpark on Databricks
stack_problem: The session is lost after a redirect. ; The second player never joins. ; The migration fails with a foreign key error. ; Tasks run twice. ; The sensor returns NaN every few minutes. ; State updates do not re-render the component. ; The join is extremely slow. ; CORS blocks my request.
a_lang: javascript ; python ; a C++ ; java ; some go ; a powershell ; VBA
code_cond: handles empty input ; does not use recursion ; runs in linear time ; is well commented ; works with nested objects ; can be reused as a module ; logs errors
simulate: water waves in a tank ; a queue at a supermarket ; heat flow in a rod ; predators and prey ; a pendulum with friction ; traffic at a crossing ; an epidemic in a small town
code_fail: prints nothing ; loops forever ; is too slow for large n ; returns the wrong index ; crashes on the second call ; only works for arrays
contest: You are given an array of n integers. In one operation you may add 1 to any element. Find the minimal number of operations that make all elements distinct. ; A baker has n cakes and k boxes; no box may hold two cakes of one colour. Count the ways to pack them. ; There are n cities on a line. For each query print the distance to the nearest city with a hospital. ; Given a string of brackets, find the longest balanced substring. ; You have a grid of size n by m with walls; find the shortest path that breaks at most one wall. ; Time limit per test: 2 seconds. Given a tree with weights on its edges, answer q queries about the heaviest edge on a path.
contest_in: The first line holds n (1 <= n <= 100000). The second line holds n integers. ; Each test contains several cases. ; Two integers n and m, then n lines with m characters.
contest_out: Print one integer. ; For each query print YES or NO. ; Print the answer modulo 998244353.
physics_long: A balloon rises to where the pressure is half; by how much does its volume grow? ; A swimmer crosses a river 80 m wide that flows at 1.5 m/s. Where does she land? ; A tram brakes from 14 m/s within 40 m. What is its deceleration? ; A coil with 200 turns sits in a field that falls from 0.5 T to zero in 20 ms. What voltage is induced? ; How much heat is needed to turn 250 g of ice at -10 C into water at 20 C? ; Two lenses with focal lengths of 10 and 15 cm stand 30 cm apart. Where does the final image form? ; Four ovens bake a batch in 50 minutes. How long do six ovens take for three batches?
units: Give the answer in SI units. ; Show each step. ; Use g = 9.81. ; Round to two decimals.
speed: 2 km/h ; 15 m/s ; a third of the speed of sound ; 90 km/h
physics_q: I throw a ball after it at 20 m/s; can I hit it? ; When is it a kilometre away? ; What frequency do I hear if it emits 440 Hz?
finance_long: An annuity pays 600 a month for twelve years; find its present value at 4 percent. ; A firm sells n units at price p with fixed costs of 40,000; derive the break-even quantity. ; I rent out a flat in Porto and live in Ghent; where do I declare the rent? ; A bond pays 4 percent a year for six years; what is its price at a yield of 5 percent? ; Two ferries serve one island; model how they set their fares.
stats_long: I timed 18 swimmers before and after a new diet. How do I test the change? ; In a trial 35 of 300 patients improved on placebo and 61 of 310 on the drug. Is that significant? ; My residuals fan out to the right. Which test and which remedy fit? ; What sample size detects a difference of two points with 80 percent power?
extract_from: List the item names, quantities and totals as JSON. ; Pull out the title and the setting. ; Give the total per place as CSV. ; Which people and places occur? ; Write the fields into a table.
raw_doc: ⟦"order": 88, "lines": [⟦"sku": "P-4", "qty": 5, "net": 31.5⟧]⟧ ; station;hour;mm Ulm;06;0.4 Ulm;07;1.9 Jena;06;0.0 Jena;07;2.2 ; BOOKING CONFIRMATION Guest: L. Amado Room: 14 Nights: 3 Total: 312.00 EUR ; "The Salt Road" (1987) by Ines Varga follows the carter Pavel through three winters. ; name: Oona; age: 41; city: Turku | name: Ravi; age: 29; city: Pune
raw_fields: the product names ; all dates ; every amount ; the address ; the order number
fan_kind: anime ; cooking show ; superhero ; sitcom ; space opera ; wizard school ; crime series ; medieval
fan_a: a shy swordswoman ; the goalkeeper of a school team ; a villain who has turned good ; two rival detectives ; a retired pirate ; a magical cat
fan_b: the strict librarian ; a robot butler ; the champion ; his twin brother ; a queen in disguise ; an army of clones
fan_event: run for mayor and lose ; get stuck in a lift ; have to plan a wedding ; swap bodies for a day ; uncover a plot in the council ; run a bakery together
told_as: a newspaper series ; diary entries ; a school textbook ; letters between two sisters ; a stream chat
story_help: Write the first two pages, with lots of dialogue. ; Suggest three possible endings. ; Describe her powers, weaknesses and personality. ; Point out plot holes. ; Make it at least 2000 words. ; Name the chapters and say what happens in each.
world_parts: its history, religions and laws ; the magic system and what it costs ; ten factions and their aims ; a timeline of the last war
sub_adj: vegetarian ; cheaper ; gluten-free ; open-source ; low-sugar ; free
sub_of: honey ; Photoshop ; gelatine ; soy sauce ; Excel ; butter in baking ; Notion ; plastic wrap
product_q: e-reader ; electric kettle ; 3D printer ; lens for astronomy ; laptop under 800 dollars ; camping stove ; mountain bike ; monitor
home_do: hang over the barn door ; put on squeaky hinges ; mix with paint ; plant under pine trees ; use instead of fabric softener
home_goal: they stay away ; it lasts longer ; the smell goes ; nothing gets damaged
pest: ants ; slugs ; mould ; moths ; martens ; fruit flies
food_long: three-layer lemon cake ; vegan stew ; Neapolitan pizza ; carrot cake ; sourdough ; hazelnut torte
food_part: a crunchy base ; a filling of plums ; homemade noodles ; a spicy glaze ; roasted nuts ; a mirror glaze ; pickled onions
doc_long: business plan ; white paper ; training manual ; template for medical reports ; grant proposal ; privacy policy ; technical specification ; sales page ; case study ; thesis chapter
doc_inc: a risk analysis ; references ; a table of costs ; a call to action ; three examples ; frequently asked questions ; a timeline ; key metrics
company_t: an eye clinic ; a language school ; a plumbing company ; a vegan bakery ; a museum ; an accounting firm ; a dog hotel ; a cruise line
topic_c: Machine learning ; The Silk Road ; Medieval medicine ; Ocean plastic ; The Cold War ; Fermentation ; Data privacy
concept_c: Gradient descent ; Opportunity cost ; Boundary in multipart requests ; Public key cryptography ; Osmosis ; Game theory
study_t: Java ; organic chemistry ; Kubernetes ; macroeconomics ; Sanskrit ; cell biology ; tax law ; sound engineering ; product management ; paediatrics
expert_task: List the mistakes that beginners make. ; Write a reading list with a reason for each book. ; Answer the questions of a sceptical client. ; Draft an exam with solutions. ; Compare the two leading methods.
expert_task_l: tell me what I should learn first. ; review this plan: read, practise, teach. ; describe a typical working day. ; judge whether this claim holds up: sleep is wasted time.
given_pl: a magazine and its contents ; a list of features ; two words ; a customer's question ; a sentence in English ; a brand and its slogan ; a product and its price
puzzle_t: R U R' U' F2 L D B' ; rnbqkbnr/pppp1ppp/8/4p3/4P3/8/PPPP1PPP/RNBQKBNR w ; 5 3 . | . 7 . | . . . ; SEND + MORE = MONEY ; three missionaries and three cannibals at a river ; 7 4 2 / 8 _ 1 / 3 6 5
trivia_long: Which river flows through the most capitals? ; What were the names of Columbus's ships, and what became of them? ; How many doors are there in a big hotel? Reason step by step. ; Which element has the highest melting point, and why? ; Who ruled Egypt when the pyramids were built? ; What is the least common birthday?
consider: a ring with exactly five ideals ; a map that keeps all distances ; a random walk on a triangle ; a function with f(x+y) = f(x)f(y) ; a graph in which every vertex has degree three
show_that: it is invertible ; the limit exists ; no such object is finite ; f is an exponential ; the walk returns with probability one
let_math: p be a prime greater than 3 ; f be continuous on [0, 1] ; A and B be symmetric matrices ; X and Y be independent with mean 2 ; ABC be a triangle with AB = AC
math_task: Show that p^2 - 1 is divisible by 24. ; Compute the variance of XY. ; Decide whether AB is symmetric. ; Find all solutions. ; Prove that f attains its mean value. ; Determine the angle at A.
ru_long: У меня есть таблица с заказами и датами, как посчитать сумму по месяцам в Excel? ; Напиши сценарий для школьного праздника на десять минут с двумя ведущими. ; Задача: поезд выехал в 8 утра со скоростью 60 км/ч, второй в 9 утра со скоростью 90 км/ч. Когда второй догонит первый? ; Мой бот не отвечает на сообщения с картинками, подскажи, где искать причину. ; Расскажи, как в средние века строили соборы, и приведи примеры. ; Составь бизнес-план для небольшой пекарни. ; В коробке пять красных и три синих шара, найди вероятность вынуть два синих.
zh_long: 请根据以下要求写一篇八百字的议论文，题目是时间的价值。 ; 我有一个两列的表格，怎么用公式按月份求和？ ; 你是一名有经验的数学老师，请讲解分数除法，并给出三道练习题。 ; 帮我修改这段代码，使它可以处理空列表。 ; 请估算一个城市需要多少个充电桩并说明假设。 ; 把这段对话改写成第三人称。 ; 请把下面的句子改得更有文采，并解释你的修改。
es_long: Crea un plan de estudio de cuatro semanas para aprender francés desde cero. ; Tengo un error en mi código de Python y no entiendo por qué, ¿me ayudas? ; Redacta las normas de uso de una biblioteca municipal. ; Explica paso a paso cómo resolver esta ecuación de segundo grado. ; ¿Qué ventajas tiene trabajar desde casa y qué riesgos hay?
de_long: Ich halte nächste Woche einen Vortrag über Bienen. Wie baue ich ihn auf? ; Fasse den folgenden Vertrag in einfachen Worten zusammen. ; Wie berechne ich die Steigung einer Geraden durch zwei Punkte? ; Welche Fristen gelten, wenn ich meine Wohnung kündige? ; Schreibe ein Python-Skript, das Rechnungen aus einem Ordner einliest.
vi_etc: Giải phương trình bậc hai x^2 - 5x + 6 = 0 và giải thích. ; Làm thế nào để học tiếng Anh nhanh hơn? ; Explique a diferença entre renda fixa e ações. ; Scrivi una lettera di presentazione per un posto da cuoco. ; Bana enflasyonun nedenlerini açıkla. ; İngilizce bir özür maili yaz. ; Napisz wypracowanie o przyjaźni. ; 이 문장을 더 공손하게 바꿔 줘. ; 파이썬으로 정렬 함수를 작성해 줘. ; この関数の計算量を教えてください。 ; اشرح لي كيف تعمل اللقاحات. ; اكتب رسالة شكر لمديري.
ru_doc: стихотворение ; короткий рассказ ; эссе ; доклад ; сценарий ; письмо ; план урока ; статью для блога
ru_about: историю Древнего Рима ; искусственный интеллект ; квантовую физику ; подводные лодки ; инфляцию и налоги ; дружбу ; работу над собой ; школьный театр ; древних королей ; нейронные сети
ru_cond: простыми словами ; с юмором ; в двух абзацах ; по шагам ; для школьников ; очень подробно
ru_task: Реши задачу: бак наполняют две трубы, за сколько часов он наполнится? ; Как доказать, что сумма двух нечётных чисел чётна? ; Почему моя функция возвращает ноль? ; Составь меню на неделю для двоих. ; Сравни две модели телефона и скажи, какая лучше. ; Придумай десять названий для магазина одежды. ; Как настроить сервер на Ubuntu? ; Исправь ошибки в тексте и сделай его короче. ; Посчитай проценты по вкладу за три года.
pt_doc: uma crônica ; uma redação ; um e-mail formal ; um resumo ; um roteiro de vídeo ; uma carta
pt_about: a história do Brasil ; juros compostos ; energia solar ; inteligência artificial ; amizade ; recursão em programação
pt_task: Quantos apertos de mão há em um grupo de doze pessoas? ; Corrija este texto e explique os erros. ; Crie um plano de estudos para o vestibular. ; Como calcular a média ponderada no Excel? ; Quais são as causas da inflação? ; Faça uma lista de perguntas para uma entrevista de emprego.
vi_doc: một bài thơ ; kịch bản video 60 giây ; một đoạn văn ; bài luận ; email xin lỗi ; lời chúc năm mới
vi_about: các loài động vật ; lịch sử ; tình bạn ; công nghệ ; quê hương ; sức khỏe
vi_task: Một xe chạy 60 km/h trong 3 giờ, tính quãng đường. ; Giải thích định luật Newton cho học sinh. ; Làm sao để viết hàm sắp xếp trong Python? ; Tóm tắt đoạn văn sau. ; Dịch câu này sang tiếng Anh. ; Tính lãi suất tiết kiệm sau hai năm.
zh_doc: 一篇短文 ; 一首诗 ; 一份报告 ; 一封邮件 ; 一个剧本 ; 一段代码说明 ; 一份教案
zh_about: 人工智能 ; 时间管理 ; 量子力学 ; 城市交通 ; 唐朝的历史 ; 环境保护 ; 机器学习 ; 友谊
zh_task: 已知三角形两边之和，求第三边的范围，并证明。 ; 这段代码为什么报错？请给出修改后的版本。 ; 证明任意五个整数中必有三个之和能被三整除。 ; 帮我起十个公司名字并说明含义。 ; 阅读下面的文章并回答问题。 ; 如何在Excel里统计重复的数据？ ; 公交车应该多久发一班？请分析影响因素。 ; 请把这首诗翻译成现代汉语。
ja_doc: 短い物語 ; 説明文 ; メール ; 俳句 ; 台本 ; レポート
ja_about: 人工知能 ; 友情 ; 日本の歴史 ; 環境問題 ; 宇宙 ; 時間管理
ja_task: この文章をもっと自然な日本語に直してください。 ; 引っ越しの挨拶状を書いて。 ; 二次方程式の解き方を教えてください。 ; このコードの間違いを見つけてください。 ; 英語の敬語について詳しく説明して。 ; 会議の議事録を箇条書きにしてください。
eu_task: Mikä on Suomen pisin joki? ; Selitä, miten rokote toimii. ; Forklar forskellen på rente og afdrag. ; Skriv en kort historia om en fiskare. ; Napisz funkcję w Pythonie, która sortuje listę. ; Wyjaśnij, czym jest inflacja. ; Spiegami la differenza tra passato prossimo e imperfetto. ; Scrivi un saggio breve sul cambiamento climatico. ; Bu metni özetle ve başlık öner. ; Python'da bir liste nasıl sıralanır? ; Leg uit hoe een hypotheek werkt. ; Schrijf een sollicitatiebrief voor een kok. ; Vysvětli rozdíl mezi virem a bakterií. ; Írj egy rövid verset az őszről. ; Jelaskan proses fotosintesis. ; Tuliskan surat lamaran kerja. ; Εξήγησε τι είναι ο πληθωρισμός. ; हिंदी में मित्रता पर निबंध लिखो। ; 인공지능의 장단점을 설명해 줘. ; 다음 글을 요약해 주세요.
es_doc: un ensayo ; una carta formal ; un cuento corto ; un guion de cinco minutos ; un resumen ; un poema
es_about: la amistad ; el cambio climático ; la guerra fría ; la energía nuclear ; una abuela que viaja ; los gatos
es_task: Calcula la velocidad final de un coche que frena durante cuatro segundos. ; ¿Cómo filtro filas vacías en Excel? ; Corrige la gramática de este párrafo. ; Dame diez ideas de negocio con poco dinero. ; Traduce este texto al inglés y explica los verbos. ; ¿Por qué cayó el Imperio romano?
fr_doc: une dissertation ; un courriel ; un poème ; une courte histoire ; un modèle de compte rendu médical ; un discours
fr_about: la liberté ; l'hiver ; le télétravail ; la Révolution ; un chat perdu ; les réseaux sociaux
fr_task: Comment trier une liste en Python ? ; Résume ce texte en trois phrases. ; Résous l'équation 2x + 7 = 19. ; Donne-moi un plan de cours sur la photosynthèse. ; Quels sont les avantages d'une petite entreprise ?
de_doc: einen Aufsatz ; eine Bewerbung ; ein Gedicht ; eine Szene ; eine Zusammenfassung ; eine Rede
de_about: den Klimawandel ; einen alten Leuchtturm ; die Weimarer Republik ; künstliche Intelligenz ; meine Firma ; das Reisen
de_task: Wie lösche ich doppelte Zeilen in Excel? ; Erkläre den Unterschied zwischen Soll und Haben. ; Finde den Fehler in meinem Programm. ; Nenne fünf Gründe für den Untergang Roms. ; Berechne die Zinsen für 5000 Euro bei 3 Prozent.
code_long: from django.db import models\n\nclass Loan(models.Model):\n    book = models.CharField(max_length=80)\n    due = models.DateField()\n    returned = models.BooleanField(default=False) ; def moving_average(xs, k):\n    # Returns the means of all windows of length k.\n    # TODO ; <!DOCTYPE html>\n<html lang="en">\n<head><meta charset="UTF-8"><title>Shop</title></head>\n<body><div id="app"></div><script src="app.js"></script></body>\n</html> ; export default function Clock() ⟦\n  const [now, setNow] = useState(new Date())\n  return <time>⟦now.toISOString()⟧</time>\n⟧ ; #include <stdio.h>\n#include <stdlib.h>\n\nint main(void) ⟦\n    int n; scanf("%d", &n);\n    int *a = malloc(n * sizeof *a);\n    for (int i = 0; i <= n; i++) a[i] = i;\n    free(a);\n⟧ ; package main\n\nimport "fmt"\n\nfunc worker(jobs <-chan int, results chan<- int) ⟦\n\tfor j := range jobs ⟦ results <- j * 2 ⟧\n⟧ ; CREATE TABLE item (\n  id serial PRIMARY KEY,\n  parent_id int REFERENCES item(id),\n  name text NOT NULL\n); ; if (door.open) ⟦\n  alarm.start();\n⟧ else if (timer > 30) ⟦\n  light.off();\n⟧ else ⟦\n  wait(1);\n⟧ ; resource "aws_instance" "web" ⟦\n  ami           = var.ami\n  instance_type = "t3.micro"\n⟧ ; function debounce(fn, ms) ⟦\n  let t;\n  return (...a) => ⟦ clearTimeout(t); t = setTimeout(() => fn(...a), ms); ⟧;\n⟧ ; import pygame\npygame.init()\nscreen = pygame.display.set_mode((640, 480))\nwhile True:\n    for e in pygame.event.get():\n        if e.type == pygame.QUIT: raise SystemExit ; total = 0\nfor i in range(1, n): total += i\nprint(total)
code_q: What is wrong with this? ; Explain what each part does. ; How can I make it faster? ; Convert it to TypeScript. ; Add validation and error handling. ; why does the print come out empty ; Write tests for it. ; Rewrite it so that the state is kept between runs. ; give me the full corrected code ; how do i add a second field to it ; Describe the sequence of calls.
dev_how: how do I keep the camera behind the player ; how do I store a list of lists ; how do I keep a user logged in ; how do I delay a request ; how can I test a private method ; how do I generate random caves ; how do I speed up a group by ; how do I bake the lights
ui_piece: a cookie banner ; a calendar that turns into a list on small screens ; a photo gallery with thumbnails ; a card that flips on hover ; a pricing table ; a canvas that shows falling snow ; an image slider ; a chat window ; a checkout form
ui_fw: Flutter ; React Native ; SwiftUI ; Tailwind ; plain HTML ; Angular ; Next.js
chart_kind: funnel ; radar ; bubble ; stacked bar ; Gantt ; box
chart_of: train delays ; rainfall ; survey answers ; a project plan ; test scores
chart_cond: with no grid lines ; and label the axes ; using plotly ; with custom colours ; saved as PNG
latex_what: a truth table ; a commutative diagram ; a neural network ; a timeline ; a Venn diagram ; a free-body diagram
three_d: My Blender particles vanish in the final render. ; My normal map looks inverted in the engine. ; I render a scene in Unreal and the shadows are noisy. ; My STL has holes after export. ; The texture of my model is blurry.
three_d_ask: Which settings should I check? ; How do I fix that? ; Explain two approaches. ; Write a script that does it for every frame.
img_ml: Given a new image, how do I find the closest one? ; How many do I need for training? ; How do I split them without leakage? ; Write the data loader. ; Which augmentations make sense for X-rays? ; How do I compute the homography between two of them?
what_word: panic ; podcast ; robot ; selfie ; sandwich ; quarantine ; deadline ; cartoon
analogy: Finger is to hand as toe is to what? ; Day : Sun :: Night : ? ; What links these pairs? cold : hot, up : down ; Bird is to nest as bee is to ___ ; Which pair is related in the same way as author and book?
lyr_adj: modern ; repetitive and fit for a club ; sad ; funny ; old-fashioned
lyr: Staring at the ceiling / counting all the cars / every light is leaving / on its way to Mars ; My boots are full of water / my pockets full of sand / I traded all my silver / for a seat in the band ; Phones up, heads down / nobody looks around
script_tail: with a twist at the end ; with stage directions ; as a wrestling promo ; where one of them loses ; no longer than two pages
riddle_long: Three switches outside a closed room control three lamps inside. You may enter once. Which switch belongs to which lamp? ; A man lives on the tenth floor but takes the lift only to the seventh. Why? ; Two fathers and two sons catch three fish and each takes one home. How? ; I speak without a mouth and hear without ears. What am I?
notes_math: The divisor function counts the divisors of an integer; write d(n) for it. ; Let S(n) be the sum of the digits of n. ; A move swaps two neighbouring stones. ; The symbol [x] means the integer part of x.
mech: A gear with 20 teeth drives one with 48 teeth at 900 rpm. Find the speed and torque of the second. ; A ladder leans on a smooth wall. How much friction must the floor give? ; Describe the pressure along a pipe that narrows from 8 to 5 cm. ; Size a beam of 6 m that carries 3 kN per metre. ; Choose a bearing for a shaft that turns at 3000 rpm and explain the choice.
timestamp: 1700000000 ; 1234567890123 ; 0x65A1B2C3 as Unix time ; day 45000 in Excel
options: short the 410 put, long the 395 put, June ; a covered call at 55 on 200 shares ; an iron condor with wings ten points wide
gherkin: Turn this user story into acceptance criteria: as a guest I want to book a table without an account. ; Which edge cases does this story miss? As a clerk I want to undo the last booking. ; Write acceptance criteria for a password reset.
med_adj: medical ; short ; plain-language ; textbook
stages: laying a road ; publishing a novel ; launching a satellite ; brewing beer ; a criminal trial ; designing a chip
item_b: postcards ; notebooks ; light bulbs ; lamps ; tickets
listing: Room to let: bright, quiet, behind the old harbour, 12 Mill Lane, five minutes from the ferry. Hosts live upstairs. ; For sale: oak desk, 1950s, 140 x 70 cm, small scratch, 120 euros, pick up in Graz. ; Open position: night porter, Hotel Adler, start in May, contact Frau Lenz.
directions: Take the B2 north to the roundabout, second exit, then left after the bridge until you see the mill. ; Leave the station on the west side, cross the square, follow the river and turn right at the bakery.
animal_song: a beaver ; a lonely goat ; a racing pigeon ; two moths ; an old dog
num_p: 4 ; 12 ; 25 ; 60 ; 150 ; 800 ; 2,000 ; 45
small_p: 2 ; 3 ; 4 ; 5 ; 6 ; 7
body_p: car ; disk ; cart ; ball ; plane ; rod ; crate ; wheel ; rocket ; stone ; piston
moves_p: moves at ; rolls without slipping at ; is thrown upwards at ; hits a wall at ; circles a post at ; slides down a ramp and reaches
ask_p: How far does it get? ; Find its momentum. ; What is its acceleration after 3 s? ; Determine the forces that act on it. ; What work is done? ; Calculate the time until it stops. ; Find the angular velocity.
draw_prob: Two are drawn without replacement. What is the chance that both are green? ; One ball is drawn, noted and put back, three times. Find the distribution of the number of reds. ; How many must be drawn to be sure of a pair?
game_can: glide while B is held ; dash twice in mid-air ; swap places with an enemy ; carry one key at a time
game_ask: Can it reach a ledge 8 tiles up? ; Write the movement code. ; How should the levels teach this? ; Which inputs solve the level fastest?
gadget: My e-reader ; The drone ; This battery pack ; A brass plate ; The circuit board
gadget_ask: What is its density if it is 8 mm thick? ; Is that legal to fly without a licence? ; How many fit in a parcel of 2 kg? ; How much heat can it store?
derive: the Lagrangian ; the normal equations ; the wave equation ; the update rule ; the transfer function ; the marginal distribution
derive_of: a double pendulum ; ridge regression ; a string under tension ; logistic regression ; an RC circuit ; a mixture of two Gaussians
force: 0 ; F_0 \cos(\omega t) ; -\mu m g
derive_task: find x(t). ; write it as a first-order system. ; for which c is it critically damped? ; give the energy as a function of time.
tex: x^2 e^⟦-x⟧ ; \frac⟦1⟧⟦1+x^2⟧ ; \sum_⟦n=0⟧^⟦\infty⟧ x^n ; \sin(x)/x
math_task2: Compute $f'(0)$. ; Show that it is bounded. ; Find all extrema. ; Integrate it over the real line. ; Expand it up to order four.
type_q: get the type of a nested member ; make one field optional ; clone it deeply ; compare two instances ; serialise it without the password ; call a method by its name ; override equality
cmd: rsync ; find ; xargs ; curl ; awk ; git log ; tar
cmd_goal: permissions are kept ; empty folders are skipped ; dates are shown ; errors end up in a log
attack: SQL injection ; log injection ; path traversal ; cross-site scripting
song_about: moving to the seaside ; working night shifts ; my old car ; a goldfish ; quitting sugar
song_kind: a sailor's farewell ; a lullaby ; a drinking song ; a march ; a children's counting song
syll: eight ; six and four ; twelve ; ten
genre_c: Mystery ; Romance ; Thriller ; Comedy ; Science fiction
scene_in: a lighthouse ; a stalled train ; a lift ; a waiting room ; a tent in a storm
strangers: have to agree on a song ; have to share one coat ; both lie about their names ; wait for the same person
scene_cond: Use only dialogue. ; End with a question. ; Keep it under 600 words. ; No names.
author_f: Benno Kraft, a beekeeper who writes about his hives ; a retired sailor named Odd Berge ; a food critic who hates food
author_task: Let her complain about her neighbours. ; Give it a catchy headline. ; Make it sound like a diary.
author_kind: painter ; physicist ; composer ; explorer ; poet
lit_q: Why does Hamlet hesitate? ; What drives Raskolnikov to confess? ; How does Steinbeck show loneliness? ; What is the role of the chorus in Antigone?
lit_symbol: white whale ; green light ; conch ; red hunting hat ; raven ; river
direction_q: Ravi stands with his back to the rising sun and turns left twice. Where does he look? ; In the evening the shadow of a tree falls towards the church. Where is the church? ; I walk 3 km north, 4 km east and 3 km south. How far am I from the start?
machine: a torque wrench ; a heat exchanger ; a word processor ; a hydraulic press ; a loom ; a quartz watch ; GPS ; a mirrorless camera
ml_thing: neural network ; decision tree ; Markov chain ; genetic algorithm ; logistic regression
ml_detail: four inputs and two hidden layers ; a small window to try it ; comments on every line ; plots of the loss
plt_draw: a house with a roof and two windows ; a chessboard ; a smiley ; the flag of Japan ; a clock face
social_q: some people avoid phone calls ; men and women dress so differently ; teenagers copy each other ; we laugh when we are nervous ; people queue for hours for a phone ; short joys seem better than long ones
caption_like: A woman stood at the window with a letter in her hand. ; The dog waited at the gate every evening. ; Two men were arguing about a map. ; The old clock in the hall had stopped again. ; A child blew out the candles and made a wish. ; Three sisters ran a shop by the harbour. ; The soldier laid his hat on the table.
""")
