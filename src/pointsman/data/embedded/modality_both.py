"""Requests that need words and an image together: explicit ones, and how-tos where words alone fall short.

`SEEDS` are written by hand, one a line; `PATTERNS` and `FILLERS` are the grammar around them.
"""

from __future__ import annotations

_SEED_LINES = """
Explain how the water cycle works and show me a diagram of it.
How do I tie a bowline?
Describe the anatomy of the human heart with a labelled picture.
Show me how to fold a paper crane, step by step with pictures.
What does a capybara look like and where does it live?
Write a bedtime story about a shy dragon and illustrate each page.
How do I wire a three-way light switch?
Explain the difference between alligators and crocodiles with pictures of both.
Give me a recipe for lemon tart and a photo of how it should look.
What are the main yoga poses for back pain, and what do they look like?
Teach me the chords C, G and D on guitar with finger charts.
Create an infographic about vitamin D with short explanations.
Explain the phases of the moon and draw them in order.
Tell me about the Eiffel Tower and include an image.
How do I do a French braid?
Write a product description for this mug idea and generate a matching product shot.
Write a blog post about autumn hikes together with a header image.
How do you identify poison ivy?
Walk me through setting up a tent, with a sketch for every step.
Explain the parts of a flower and label them on a drawing.
Compare Gothic and Romanesque arches visually and in words.
What is the correct squat form? Show it and explain the common mistakes.
Explain how a four-stroke engine works with an illustration of each stroke.
Draw a family tree of the Greek gods and explain who is who.
Write a poem about the sea and paint a picture to go with it.
Design a logo for my bakery and explain the choice of colours.
How is the bento box arranged traditionally? A picture would help.
Make a social media post for our sale: caption plus image.
Explain Pythagoras' theorem and draw the triangle with the squares.
What do the different cloud types look like?
How do I perform the Heimlich manoeuvre?
Show the layers of the Earth in a cutaway and describe each one.
Create a flashcard set of ten animals with a picture and a sentence each.
Sketch a small garden layout and tell me what to plant where.
Explain the offside rule in football with a diagram of the pitch.
What is the golden ratio? Explain it and overlay it on an example image.
How do you hold chopsticks properly?
Describe how a plant cell differs from an animal cell, with a labelled figure.
Make a one-page comic that explains compound interest.
Give me outfit ideas for a beach wedding, with pictures and a short reason for each.
How do I tie a Windsor knot?
Describe your idea of a city in 2200 and show me what it would look like.
Which birds visit gardens in winter? List them with a photo of each.
Write a character profile for an elven thief and generate her portrait.
Explain the plot of my board game and mock up the box cover.
How should I arrange furniture in a narrow living room? Please include a floor plan.
Explain binary search trees and draw one with seven nodes.
Show me the steps of the basic waltz with foot positions.
Summarise how volcanoes erupt and add a cross-section.
How do I sew on a button?
What is the difference between a labrador and a golden retriever in looks and temper? Add photos.
Make a safety poster for the lab with five rules in words and a cartoon.
Tell the legend of Icarus with three illustrations.
Explain where the tectonic plates meet and show it on a map.
How do I read a treble clef? Show the notes on the staff.
"""

SEEDS: tuple[str, ...] = tuple(_SEED_LINES.strip().splitlines())

PATTERNS = """
Explain {process} and {show_diagram}.
Explain {process} with {a_diagram}.
explain {process} with pictures
Can you explain {process} and also {show_diagram}?
Describe {process} in {n} steps, {each_with_picture}.
How does {process_q} work? {include_picture}
What is {process_n}? {include_picture}
I am teaching {process_n} tomorrow; I need {short_text} and {a_diagram}.
Write {short_text} on {process_n} and create {a_diagram} for it.
Show and explain {process_n}.
Illustrate and describe {process_n} for {audience}.
Draw {process_n} and explain what is going on.
Draw {a_diagram} of {process_n} and write {short_text} below it.
Generate {a_diagram} of {process_n}, then walk me through it.
Create an infographic on {process_n} with a short text for each part.
Make a visual guide to {process_n}: text and pictures.
Give me an illustrated explanation of {process_n}.
Label the parts of {labelled} on a picture and say what each does.
What are the parts of {labelled}? {include_picture}
{anatomy_q} Show it in a labelled drawing.
How do I {manual}?
how do you {manual}
Show me how to {manual}.
show me how to {manual} step by step
Teach me to {manual}, {each_with_picture}.
What is the right way to {manual}? {include_picture}
Instructions with pictures: how to {manual}
I keep failing to {manual}. Can you show me and explain?
Write a picture tutorial on how to {manual}.
I need an illustrated how-to: {manual}.
What does {looks_like} look like?
what does {looks_like} look like and {looks_extra}
How can I recognise {looks_like}? {include_picture}
Tell me about {looks_like} and show me {a_photo}.
Describe {looks_like} and show {a_photo}.
Give me {n} facts about {looks_like} plus {a_photo}.
What is the difference between {look_pair}? {include_picture}
Compare {look_pair} with pictures side by side.
How do I tell {look_pair} apart by sight?
Which {visual_kinds} are there and what do they look like?
List {n} {visual_kinds} with a picture and a sentence for each.
Give me a catalogue of {visual_kinds}: image, name, short note.
Write a {story_kind} about {story_about} and illustrate it.
Write a {story_kind} about {story_about} with {n} illustrations.
Tell me a {story_kind} about {story_about}, and draw the main scene.
Create a picture book page: {story_about}, two sentences and an image.
Make a comic about {story_about} with speech bubbles and a summary.
Write a poem on {poem_topic} and {paint_v} an image that goes with it.
Write a haiku on {poem_topic} with a matching {art_kind}.
Recipe for {dish} with {a_photo} of the finished plate.
How do I make {dish}? Show a picture of every step.
How should {dish} be plated? Explain and show me.
Write the recipe for {dish} and generate {a_photo} for the blog.
Write a product description for {product} and create a product photo.
Write an ad for {product}: headline, text and a visual.
Make a social media post about {product} with caption and image.
Create a flyer for {event}: write the copy and design the picture.
Write an invitation to {event} and make artwork for it.
Design a logo for {business} and explain your choices.
Propose three logo concepts for {business}, each with a rendering and a rationale.
Write a brand story for {business} and make a mood board.
Make a slide on {process_n} with a heading, three bullets and a figure.
Write a newsletter item about {event} along with a banner image.
Write a blog article on {blog_topic} and add a header picture.
Write a travel guide to {place} with photos of the sights.
Tell me the history of {place} and show what it looked like.
Describe {place} and give me an image of it.
What should I see in {place}? Pictures please, with a line on each.
Plan a walk through {place} and draw the route on a map.
Where is {place}? Show me on a map and tell me about it.
Create a character: backstory, personality and portrait of {character}.
Write a profile of {character} and generate the portrait.
Describe {character} in a paragraph, then show me {a_photo}.
Invent a creature, explain how it lives and draw it.
Invent {invention}, describe how it works and sketch it.
Suggest how to decorate {room}, with a mock-up image.
How should I lay out {room}? Draw a plan and explain it.
Give me design ideas for {room} with pictures and reasons.
What would {room} look like in {style} style? Explain what I would need to buy.
What outfit suits {occasion}? Show it and say why.
Give me {n} hairstyles for {hair}, with pictures and how to do each.
What tattoo would fit {poem_topic}? Explain the symbolism and draw it.
Show me the {exercise} exercise and explain proper form.
What is the correct form for {exercise}? {include_picture}
Make a workout card: {exercise}, with a figure and written cues.
Draw the graph of {function} and explain its shape.
Solve this geometry problem and draw the figure: {geometry}.
Prove {theorem} and include a drawing.
Plot {chart} and tell me what the chart means.
Make a chart of {chart} and write a short interpretation.
Explain {sport_rule} with a diagram of the field.
Show the chess position after {chess} and explain the idea.
Show me the {symbol_kind} and explain what they mean.
What do the {symbol_kind} mean? {include_picture}
Explain how to read {readable}, with an example picture.
Explain {art_topic} and show an example image in that style.
Analyse {art_topic} and make a picture that demonstrates it.
Visualise {abstract}, and explain your visual choices.
Show what {place} might look like in {year} and explain your assumptions.
Make a timeline graphic of {history} with notes.
Draw a map of {history} and tell what happened.
Create a meme about {meme} and explain why it is funny.
Make flashcards for {flash} with pictures and words.
Make a worksheet on {process_n} with a drawing to label and questions.
Assembly instructions for {assembly}, text and drawings.
How do I assemble {assembly}? I need pictures too.
Wiring help: how do I connect {wiring}? Show the diagram.
Give me a circuit diagram for {wiring} and explain each part.
First describe {looks_like}, then generate an image of it.
I want both: an explanation of {process_n} and an image.
text and image please: {process_n}
Answer with words and a picture: {anatomy_q}
"""

FILLERS: dict[str, tuple[str, ...]] = {}


def _add(block: str) -> None:
    """Read `name: filler; filler; …` lines into `FILLERS`."""
    for line in block.strip().splitlines():
        name, _, words = line.partition(":")
        FILLERS[name.strip()] = tuple(w.strip() for w in words.split(";"))


_add("""
process: how the water cycle works; how a jet engine works; how photosynthesis happens; how neurons fire; how a solar eclipse occurs; how blood flows through the heart; how a refrigerator cools; how DNA is copied; how a lock on a canal works; how rainbows form; how gears change speed; how a bill becomes law; how an arch carries weight; how a transistor switches; how bees make honey; how a camera forms an image; how tides arise; how a neural network learns; how TCP opens a connection; how a nuclear reactor works
process_q: a differential gear; a heat pump; a sewing machine; the inner ear; a toilet cistern; a wind turbine; a steam engine; a combination lock; the lens of an eye; an electric motor; a hash table; a suspension bridge
process_n: the carbon cycle; the structure of an atom; the solar system; the digestive system; the rock cycle; mitosis; the electromagnetic spectrum; plate boundaries; the food web of a pond; the OSI layers; the anatomy of a knee; supply and demand curves; the layers of skin; the phases of the moon; a binary tree; the human eye; sedimentation; continental drift; linear regression; the life cycle of a frog; a lunar eclipse; the stages of sleep; the Doppler effect
show_diagram: show me a diagram; draw it; include a picture; add a labelled sketch; illustrate it; give me a visual; make an image of it
a_diagram: a labelled diagram; an illustration; a simple drawing; a clear figure; a picture; a flow chart; a sketch; a cross-section; an annotated image
each_with_picture: each with a picture; with an image for every step; with drawings; with illustrations; and show what each looks like
include_picture: Please include a picture.; Show me as well.; A diagram would help.; With an image, please.; Add an illustration.; and draw it; Pictures please.; Show me a visual too.
short_text: a short text; two paragraphs; a caption; a summary; a one-page handout; simple notes; a brief explanation
audience: children; beginners; my class; new staff; a poster; seventh graders
n: three; four; five; six; 8; ten
labelled: a violin; the human skull; a bicycle; a sailing boat; a flower; a castle; a camera; a beehive; a fish; a volcano; the ear; a typewriter; a plant cell; a horse; a skeleton; a circuit board
anatomy_q: Where is the spleen?; Which bones make up the hand?; Where are the tonsils?; What is where in an engine bay?; Where do the muscles of the shoulder attach?; What are the layers of a tooth?; How is the ear built?
manual: tie a clove hitch; fold a fitted sheet; make an origami frog; do a Dutch braid; throw a spinning ball in cricket; hold a violin bow; tie a bow tie; bandage a sprained ankle; crochet a granny square; sharpen a knife; prune a rose bush; do a downward dog; swaddle a baby; change a bicycle tube; shuffle cards with a bridge; fillet a fish; apply winged eyeliner; solder a wire; knit a purl stitch; wrap a sari; fold a napkin into a swan; form a hiragana letter; do a kickflip; tie a hijab; graft an apple tree; carve a turkey; set a formal table; draw a horse; do a proper push-up; tie surgical knots; lay bricks in a Flemish bond; fold dumplings; position my fingers for a barre chord; put on a tourniquet; tape a boxer's hands; make a balloon dog
looks_like: an okapi; a pangolin; the aurora borealis; a monarch caterpillar; bauhaus furniture; a fennec fox; a deer tick; a baobab tree; a Victorian terrace; ringworm; a mandarin duck; chanterelle mushrooms; the flag of Bhutan; a manta ray; giant hogweed; a hurdy-gurdy; an axolotl; Art Deco lettering; termite damage; a Viking longship; a monstera plant; traditional Maori carving
looks_extra: where can I find it; how big is it; is it dangerous; what is it used for; how do I care for it
a_photo: a photo; a picture; an image; a drawing; an illustration
look_pair: a crow and a raven; a hare and a rabbit; an alpaca and a llama; Doric and Ionic columns; venomous and harmless snakes; a moth and a butterfly; poison ivy and Virginia creeper; a bee and a wasp; a cello and a viola; cumulus and stratus clouds; serif and sans-serif type; oak and maple leaves
visual_kinds: cloud types; knots for climbing; dog breeds; pasta shapes; leaf shapes; roof types; cuts of beef; mushrooms; bridge types; gemstones; bird species; screw heads; braids; warship classes; national flags; rock types; chart types; orchids; sleeve styles
story_kind: children's story; short story; fairy tale; fable; bedtime story; graphic novel page
story_about: a rabbit who is afraid of carrots; a lighthouse that moves; two foxes and a bridge; a robot gardener; a girl with a paper boat; a knight who loses his horse; a cloud that cannot rain; the smallest whale; a clock that runs backwards
poem_topic: autumn rain; friendship; a lost city; the night train; my grandfather; courage; the moon; rebirth
paint_v: paint; draw; make; generate
art_kind: ink drawing; painting; photo; illustration
dish: sushi rolls; croissants; pad thai; a layered cake; beef wellington; tamales; ramen; a charcuterie board; pierogi; latte art; macarons; a fruit platter
product: a bamboo lamp; a leather wallet; our new sneakers; a herbal soap; a smart bottle; a children's bike; an organic jam; a travel mug; a board game
event: a garage sale; a school concert; our summer party; a yoga retreat; a pumpkin contest; a book launch; a wedding; the street festival
business: a bakery; a bike shop; a dentist; a surf school; a vegan cafe; a law firm; an app for walkers; a flower shop
blog_topic: slow travel; indoor herbs; small kitchens; autumn hikes; home offices; natural dyes; street food
place: Machu Picchu; Kyoto; the Colosseum; Petra; Lisbon's old town; Angkor Wat; the Alhambra; Pompeii; Venice; the Great Barrier Reef; Stonehenge; Timbuktu; Babylon
character: a half-orc bard; a space pirate captain; a cursed prince; an old herbalist; a clockwork detective; a desert ranger; a vampire librarian
invention: a machine that folds laundry; a flying bicycle; a drone for farmers; a kitchen robot; a boat powered by waves
room: a narrow balcony; a studio flat; my home office; a nursery; a small kitchen; a reading corner; a backyard; a tiny bathroom
style: Japandi; industrial; farmhouse; mid-century; bohemian; Scandinavian
occasion: a job interview; a winter wedding; a rainy hike; a first date; a gala; a trip to the desert
hair: short curly hair; long straight hair; a wedding; a receding hairline; kids
exercise: deadlift; plank; warrior two; kettlebell swing; pigeon pose; bicep curl; Turkish get-up; side lunge; pelvic tilt
function: y = x^2 - 4; sin(x) + cos(2x); 1/x; a normal distribution; e^-x; |x - 2|
geometry: a circle inscribed in a right triangle with legs 3 and 4; two tangents from a point to a circle; a cone cut by a plane; the shadow of a pole at 30 degrees; a square rotated inside a square
theorem: that the angles of a triangle sum to 180 degrees; Thales' theorem; the area formula of a trapezoid; the Pythagorean theorem
chart: world population since 1900; monthly rainfall in Lima; my budget by category; coffee exports by country; unemployment over ten years
sport_rule: the offside rule; a pick and roll; a 4-3-3 formation; cricket fielding positions; icing in hockey; a zone defence
chess: 1.e4 c5; the Sicilian Dragon; the Queen's Gambit; a back-rank mate; the Lucena position
symbol_kind: laundry symbols; dashboard warning lights; proofreading marks; road signs of Germany; weather map symbols; semaphore flags; sign language letters; electrical symbols; nautical flags
readable: a topographic map; a knitting chart; an ECG; sheet music; a tape measure; a candlestick chart; a nutrition label; a sundial; a vernier caliper
art_topic: chiaroscuro; one-point perspective; the rule of thirds; cubism; complementary colours; pointillism; foreshortening; art nouveau; negative space
abstract: inflation; loneliness; the passage of time; entropy; democracy; information overload
year: 2100; 1850; the year 3000; the Middle Ages; 50 years
history: the Roman roads; the moon landings; the Silk Road; Napoleon's campaigns; the space race; the voyages of Magellan; the battle of Cannae
meme: Mondays; code reviews; cats and boxes; deadlines; group projects
flash: Spanish fruit names; kanji for beginners; country flags; farm animals; muscle groups; tools
assembly: a bookshelf; a bunk bed; a raised garden bed; a bird house; a drone kit; a tent
wiring: a dimmer switch; an LED to an Arduino; a trailer plug; two batteries in series; a relay; a doorbell; a thermostat
""")
